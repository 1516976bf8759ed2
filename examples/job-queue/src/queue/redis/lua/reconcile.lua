-- ARGV: the last moment that is too long ago, how often a job may be begun. How many jobs ran, which of them were
-- put back, and which were given up, the youngest first, each with the attempt that was taken from its worker.
local running = redis.call('ZCARD', key('leases'))
local silent = redis.call('ZRANGEBYSCORE', key('leases'), '-inf', ARGV[1])
-- Put back one by one, the youngest first, they keep their order.
table.sort(silent, function(one, other) return tonumber(one) > tonumber(other) end)
local requeued, given_up = {}, {}
for _, job in ipairs(silent) do
  local tenant = string.match(redis.call('HGET', key('jobs'), job), '^%d+')
  local attempt = number('attempts', job)
  redis.call('ZREM', key('leases'), job)
  if attempt < tonumber(ARGV[2]) then
    redis.call('LPUSH', key('waiting:' .. tenant), job)
    keep('waiting:' .. tenant)
    table.insert(requeued, {tonumber(job), attempt})
  else
    redis.call('HDEL', key('jobs'), job)
    redis.call('HDEL', key('attempts'), job)
    table.insert(given_up, {tonumber(job), attempt})
  end
  release(tenant)
end
return {running, requeued, given_up}
