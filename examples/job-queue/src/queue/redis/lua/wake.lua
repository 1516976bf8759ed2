-- ARGV: how many workers there are. Lets those that wait look up; a queue whose keys were removed stays removed.
if redis.call('EXISTS', key('limits')) == 1 then
  for _ = 1, tonumber(ARGV[1]) do
    wake()
  end
end
return 1
