-- What all scripts share. KEYS[1] is the prefix of the queue's keys; the braces in it keep all of them in one
-- slot of a cluster. Each script is one step of the queue, and nothing else happens in Redis meanwhile.
--
--   limits   hash  how many jobs each tenant may have running; `shared` is there when all are under one semaphore
--   taken    hash  permits taken, by tenant and for `shared`
--   jobs     hash  what each job is: "tenant seed fields"
--   attempts hash  how often each job was begun
--   waiting:T list jobs of a tenant that wait, the oldest first
--   ready    list  tenants with a job waiting and a permit free, in turn; `listed` is the same as a set
--   leases   zset  jobs that run, by the last sign of life of their worker in microseconds
--   wake     list  a token for each job that became ready, for workers that wait

-- A queue whose program was killed leaves nothing for longer than this, in seconds.
local LIFE = 3600

-- More tokens than there are workers wake nobody.
local MOST_TOKENS = 256

local function key(name)
  return KEYS[1] .. ':' .. name
end

local function keep(...)
  for _, name in ipairs({...}) do
    redis.call('EXPIRE', key(name), LIFE)
  end
end

local function number(hash, field)
  return tonumber(redis.call('HGET', key(hash), field) or '0')
end

local shared = redis.call('HEXISTS', key('limits'), 'shared') == 1

local function is_full(semaphore)
  return number('taken', semaphore) >= number('limits', semaphore)
end

local function has_ready()
  return redis.call('LLEN', key('ready')) > 0 and not (shared and is_full('shared'))
end

local function wake()
  redis.call('RPUSH', key('wake'), 1)
  redis.call('LTRIM', key('wake'), 0, MOST_TOKENS - 1)
  keep('wake')
end

-- Puts a tenant in turn when one of its jobs may run.
local function list(tenant)
  if redis.call('LLEN', key('waiting:' .. tenant)) == 0 or is_full(tenant) then
    return
  end
  if redis.call('SADD', key('listed'), tenant) == 1 then
    redis.call('RPUSH', key('ready'), tenant)
    keep('listed', 'ready')
    wake()
  end
end

local function change_permits(tenant, change)
  redis.call('HINCRBY', key('taken'), tenant, change)
  if shared then
    redis.call('HINCRBY', key('taken'), 'shared', change)
  end
  keep('taken')
end

local function release(tenant)
  change_permits(tenant, -1)
  list(tenant)
  if shared and has_ready() then
    wake()
  end
end

