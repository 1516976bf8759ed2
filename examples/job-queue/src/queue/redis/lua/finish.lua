-- ARGV: job, attempt, tenant. 0 when it was taken back before, and is somebody else's or over by now.
local is_current = redis.call('HGET', key('attempts'), ARGV[1]) == ARGV[2]
if not is_current or redis.call('ZREM', key('leases'), ARGV[1]) == 0 then
  return 0
end
redis.call('HDEL', key('jobs'), ARGV[1])
redis.call('HDEL', key('attempts'), ARGV[1])
release(ARGV[3])
return 1
