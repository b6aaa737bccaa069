// Several satellites or radios between the stations.
#include "linksim/scenario.h"

namespace depinsat::linksim {
namespace {

using namespace std::chrono_literals;
using link::Class;

constexpr Time kForever = std::chrono::hours(1000);

PathSpec path(double rate, size_t frame, Time delay, double loss, std::vector<Outage> outages)
{
    const Direction direction{rate, frame, {loss}};
    return {direction, direction, delay, std::move(outages), {}, {}};
}

void set_first(Scenario& s, PathSpec first)
{
    s.up = first.up;
    s.down = first.down;
    s.delay = first.delay;
    s.outages = std::move(first.outages);
}

Figure done(Class c, double share)
{
    return {Quantity::kDone, share, true, c};
}

Figure latency(Class c, double percentile, double bound)
{
    return {Quantity::kLatency, bound, false, c, percentile};
}

/// The second satellite rises before the first sets.
Scenario handover()
{
    Scenario s{.name = "handover",
               .about = "two satellites, 20 ms and 30 ms, 256 kbit/s; every 2 minutes one sets "
                        "10 s after the other rose; 200-byte messages each second, and bulk"};
    std::vector<Outage> first, second;
    for (int i = 0; i < 10; ++i) {
        first.push_back({i * 240s + 130s, 110s});
        second.push_back({i * 240s + 10s, 110s});
    }
    set_first(s, path(256e3, 400, 20ms, 0.01, first));
    s.more_paths = {path(256e3, 400, 30ms, 0.01, second)};
    for (const From from : {From::kUsers, From::kGateway})
        s.flows.push_back({from, Class::kInteractive, 200, 1s, 0, 20s, 10s});
    s.flows.push_back({From::kUsers, Class::kBulk, 20000, 3s, 0, kForever, 10s});
    s.duration = 40min;
    s.rest = 1min;
    s.measured_from = 20s;
    s.figures = {done(Class::kInteractive, 1), done(Class::kBulk, 1),
                 latency(Class::kInteractive, 99, 0.25),
                 latency(Class::kInteractive, 100, 1.5)};
    return s;
}

/// A quick one and a wide one.
Scenario two_paths()
{
    Scenario s{.name = "two-paths",
               .about = "64 kbit/s at 20 ms and 512 kbit/s at 250 ms: 200-byte messages take "
                        "the quick one, bulk takes both"};
    set_first(s, path(64e3, 200, 20ms, 0, {}));
    s.more_paths = {path(512e3, 800, 250ms, 0, {})};
    s.flows = {{.message_class = Class::kBulk, .bytes = 20000, .backlog = 400000},
               {From::kUsers, Class::kInteractive, 200, 1s, 0, 20s, 10s},
               {From::kUsers, Class::kDuty, 180, 5s, 0, 8s, 10s}};
    s.duration = 10min;
    s.measured_from = 20s;
    s.figures = {{.quantity = Quantity::kEfficiencyUp, .bound = 0.9, .at_least = true},
                 {.quantity = Quantity::kRepeated, .bound = 0.03},
                 latency(Class::kInteractive, 99, 0.02 + 4 * 0.025),
                 latency(Class::kDuty, 99, 0.02 + 4 * 0.025)};
    return s;
}

/// One of two dies without notice while both are full.
Scenario path_lost()
{
    Scenario s{.name = "path-lost",
               .about = "two paths of 128 kbit/s, 250 ms; one fails for 60 s without notice "
                        "each 3 minutes; critical messages of 8 s and bulk"};
    std::vector<Outage> outages;
    for (int i = 0; i < 10; ++i)
        outages.push_back({i * 180s + 60s, 60s});
    set_first(s, path(128e3, 400, 250ms, 0.02, outages));
    s.more_paths = {path(128e3, 400, 250ms, 0.02, {})};
    for (const From from : {From::kUsers, From::kGateway})
        s.flows.push_back({from, Class::kDuty, 180, 2s, 0, 8s, 10s});
    s.flows.push_back(
        {.message_class = Class::kBulk, .bytes = 20000, .backlog = 200000, .start = 5s});
    s.duration = 30min;
    s.rest = 1min;
    s.measured_from = 20s;
    // A third of the time one path is left, and one in fifty is lost on it: of hundred messages
    // nearly one waits for its copy, which follows after half the delay. Delay, that half, and
    // 5 frame times of 25 ms as for any critical message.
    s.figures = {done(Class::kDuty, 1), latency(Class::kDuty, 99, 0.25 + 0.125 + 5 * 0.025),
                 done(Class::kBulk, 1)};
    return s;
}

/// One satellite only carries users to the gateway, the other only back.
Scenario one_way_each()
{
    Scenario s{.name = "one-way-each",
               .about = "one path carries only from users to the gateway (64 kbit/s, 250 ms), "
                        "the other only back (512 kbit/s, 20 ms); 5 % loss"};
    set_first(s, path(64e3, 400, 250ms, 0.05, {}));
    s.down.loss = {1};
    s.more_paths = {path(512e3, 800, 20ms, 0.05, {})};
    s.more_paths[0].up.loss = {1};
    for (const From from : {From::kUsers, From::kGateway})
        s.flows.push_back({from, Class::kTransaction, 300, 2s, 0, 60s, 10s});
    s.duration = 20min;
    s.rest = 1min;
    s.measured_from = 20s;
    s.figures = {done(Class::kTransaction, 1), latency(Class::kTransaction, 99, 2)};
    return s;
}

/// A day of two satellites in low orbit.
Scenario passes()
{
    Scenario s{.name = "passes",
               .about = "two satellites pass for 8 minutes each 95, the second 7 minutes after "
                        "the first; 256 kbit/s, 15 and 20 ms, 1 % loss; a day of messages of "
                        "20 s, of 3 h, and of no deadline"};
    set_first(s, path(256e3, 400, 15ms, 0.01, {}));
    s.more_paths = {path(256e3, 400, 20ms, 0.01, {})};
    for (int i = 0; i < 16; ++i) {
        s.passes.push_back({i * 95min + 10min, 8min});
        s.more_paths[0].passes.push_back({i * 95min + 17min, 8min});
    }
    for (const From from : {From::kUsers, From::kGateway}) {
        s.flows.push_back({from, Class::kInteractive, 200, 5s, 0, 20s, 10s});
        s.flows.push_back({from, Class::kTransaction, 300, 30s, 0, 3h, 10s});
        s.flows.push_back({from, Class::kBulk, 20000, 2min, 0, kForever, 10s});
    }
    s.duration = 24h;
    s.rest = 100min;
    s.measured_from = 20s;
    // Between passes are 80 minutes. Of what is not refused a part waits for the rise, 20 s of
    // 15 minutes; what is taken in the last second of a pair, 1 of 900, is lost.
    s.figures = {
        done(Class::kTransaction, 1), done(Class::kBulk, 1), done(Class::kInteractive, 0.99),
        latency(Class::kTransaction, 100, 80 * 60 + 5), latency(Class::kInteractive, 95, 0.25)};
    return s;
}

} // namespace

std::vector<Scenario> path_scenarios()
{
    return {handover(), two_paths(), path_lost(), one_way_each(), passes()};
}

} // namespace depinsat::linksim
