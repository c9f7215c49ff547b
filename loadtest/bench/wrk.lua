-- For wrk. Reads by default; with SALE_COUNT it books, each pair of seats once. Its last line is
-- JSON. Where the showings and seats are, loadtest/bench/programme.py says.

local function number(name) return tonumber(os.getenv(name)) end

local paths = {}
for path in string.gmatch(os.getenv("PATHS") or "", "%S+") do paths[#paths + 1] = path end

local asked = 0

if number("SALE_COUNT") then
  local count, first_showing, first_seance = number("SALE_COUNT"), number("SALE_FIRST"), number("FIRST_SEANCE")
  local first_seat, halls, seats, film = number("FIRST_SEAT"), number("HALLS"), number("SEATS"), number("FILM")
  local headers = { ["Content-Type"] = "application/json" }
  function request()
    local showing = first_showing + asked % count
    local seat = first_seat + showing % halls * seats + 2 * math.floor(asked / count)
    asked = asked + 1
    return wrk.format(
      "POST",
      string.format("/movies/%d/seances/%d/bookings", film, first_seance + showing),
      headers,
      string.format('{"email": "buyer@example.org", "seatsIds": [%d, %d]}', seat, seat + 1)
    )
  end
elseif #paths > 0 then
  function request()
    asked = asked + 1
    return wrk.format("GET", paths[asked % #paths + 1])
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"microseconds": %d, "requests": %d, "bytes": %d, "p99_microseconds": %d, '
      .. '"failures": {"connect": %d, "read": %d, "write": %d, "timeout": %d, "status": %d}}\n',
    summary.duration, summary.requests, summary.bytes, latency:percentile(99),
    errors.connect, errors.read, errors.write, errors.timeout, errors.status
  ))
end
