-- For wrk: `-- KEYS COUNT BEFORE` asks for BEFORE followed by a key, each time another of the file.
local keys, before = {}, ""

function setup(thread)
    seed = (seed or 0) + 1
    thread:set("seed", seed)
end

function init(args)
    local count = tonumber(args[2])
    before = "GET " .. args[3]
    for key in io.lines(args[1]) do keys[#keys + 1] = key end
    assert(#keys == count, "not the keys that were meant")
    math.randomseed(seed)
end

function request()
    return before .. keys[math.random(#keys)] .. " HTTP/1.1\r\nHost: localhost\r\n\r\n"
end
