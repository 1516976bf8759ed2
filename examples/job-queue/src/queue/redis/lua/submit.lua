-- ARGV: job, tenant, what it is, how many may wait. 0 when too many wait already. A job that is there already is
-- left as it is; one that was handed in twice and is over in between is done again for nobody.
if redis.call('HEXISTS', key('jobs'), ARGV[1]) == 1 then
  return 1
end
if redis.call('HLEN', key('jobs')) - redis.call('ZCARD', key('leases')) >= tonumber(ARGV[4]) then
  return 0
end
redis.call('HSET', key('jobs'), ARGV[1], ARGV[3])
redis.call('RPUSH', key('waiting:' .. ARGV[2]), ARGV[1])
list(ARGV[2])
keep('limits', 'jobs', 'waiting:' .. ARGV[2])
return 1
