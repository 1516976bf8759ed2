-- ARGV: now. The job whose turn it is, with its permit and its lease; nil when none may run.
if not has_ready() then
  return false
end
local tenant = redis.call('LPOP', key('ready'))
redis.call('SREM', key('listed'), tenant)
local job = redis.call('LPOP', key('waiting:' .. tenant))
change_permits(tenant, 1)
redis.call('ZADD', key('leases'), ARGV[1], job)
local attempt = redis.call('HINCRBY', key('attempts'), job, 1)
keep('leases', 'attempts')
list(tenant)
return {job, attempt, redis.call('HGET', key('jobs'), job)}
