-- ARGV: how many tenants there are. Whether a job may run, permits taken of the shared semaphore, and for each
-- tenant how many of its jobs wait and run.
local tenants = {}
for tenant = 0, tonumber(ARGV[1]) - 1 do
  table.insert(tenants, {redis.call('LLEN', key('waiting:' .. tenant)), number('taken', tenant)})
end
return {has_ready() and 1 or 0, number('taken', 'shared'), tenants}
