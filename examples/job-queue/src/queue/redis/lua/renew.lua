-- ARGV: job, attempt, now. 0 when it was taken back.
local is_current = redis.call('HGET', key('attempts'), ARGV[1]) == ARGV[2]
if not is_current or not redis.call('ZSCORE', key('leases'), ARGV[1]) then
  return 0
end
redis.call('ZADD', key('leases'), ARGV[3], ARGV[1])
return 1
