-- ARGV: semaphore and limit, in turn. Begins a queue; 1 when it was there already.
local was_there = redis.call('EXISTS', key('limits'))
redis.call('HSET', key('limits'), unpack(ARGV))
keep('limits')
return was_there
