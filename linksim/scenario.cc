#include "linksim/scenario.h"

#include <algorithm>
#include <stdexcept>

namespace depinsat::linksim {
namespace {

using namespace std::chrono_literals;
using link::Class;

constexpr Time kForever = std::chrono::hours(1000);

Scenario
efficiency(std::string name, std::string about, size_t frame, double loss, double asked)
{
    Scenario s{.name = std::move(name), .about = std::move(about)};
    s.up.frame_bytes = s.down.frame_bytes = frame;
    s.up.loss.share = s.down.loss.share = loss;
    s.flows = {{.message_class = Class::kBlock, .bytes = 100000, .backlog = 800000}};
    s.duration = 600s;
    s.measured_from = 30s;
    s.figures = {{.quantity = Quantity::kEfficiencyUp, .bound = asked, .at_least = true}};
    return s;
}

Scenario critical(std::string name, std::string about, double loss, Figure figure)
{
    Scenario s{.name = std::move(name), .about = std::move(about)};
    s.up = s.down = {.bits_per_second = 64e3, .frame_bytes = 800, .loss = {loss}};
    s.flows = {{.message_class = Class::kBulk, .bytes = 1000000, .backlog = 10000000},
               {.message_class = Class::kDuty, .bytes = 200, .interval = 2s, .start = 10s}};
    s.duration = 40000s;
    s.measured_from = 60s;
    figure.quantity = Quantity::kLatency;
    s.figures = {figure};
    return s;
}

Scenario idle()
{
    Scenario s{.name = "idle", .about = "a day in which nothing is said"};
    s.duration = 24h;
    s.measured_from = 10min;
    s.figures = {{.quantity = Quantity::kIdleRate, .bound = 10}};
    return s;
}

/// A day of everything at once.
Scenario day()
{
    Scenario s{.name = "day",
               .about = "a day of all classes both ways at 64 kbit/s, 2 % loss in bursts, "
                        "outages of 30 s to 2 h"};
    s.up = s.down = {.bits_per_second = 64e3, .frame_bytes = 400, .loss = {0.02, 4}};
    s.outages = {{2h, 30s}, {5h, 10min}, {12h, 2h}};
    for (const From from : {From::kUsers, From::kGateway}) {
        s.flows.push_back({from, Class::kDuty, 180, 12s, 0, 8s, 1min});
        s.flows.push_back({from, Class::kTransaction, 300, 60s, 0, 1h, 1min});
        s.flows.push_back({from, Class::kInteractive, 900, 30s, 0, 20s, 1min});
        s.flows.push_back({from, Class::kBlock, 40000, 300s, 0, 10min, 1min});
        s.flows.push_back({from, Class::kBulk, 200000, 1800s, 0, kForever, 1min});
    }
    s.duration = 24h;
    s.figures = {{Quantity::kDone, 0.85, true, Class::kDuty},
                 {Quantity::kRealTime, 1000, true}};
    return s;
}

Scenario gateway()
{
    Scenario s{.name = "gateway",
               .about = "1000 stations at one gateway of 10 Mbit/s, each with a message "
                        "of 200 bytes each way in 20 s, for 10 minutes"};
    s.users = 1000;
    s.up = {.bits_per_second = 64e3, .frame_bytes = 400};
    s.down = {.bits_per_second = 10e6, .frame_bytes = 4000};
    for (const From from : {From::kUsers, From::kGateway})
        s.flows.push_back({from, Class::kInteractive, 200, 20s, 0, 30s, 10s});
    s.duration = 10min;
    s.measured_from = 10s;
    s.figures = {{.quantity = Quantity::kRealTime, .bound = 1, .at_least = true},
                 {.quantity = Quantity::kPeerBytes, .bound = 65536}};
    return s;
}

Scenario outage()
{
    Scenario s{.name = "outage",
               .about =
                   "1000 messages of 5000 bytes each way meet an outage of 6 h; all arrive"};
    s.up.loss.share = s.down.loss.share = 0.05;
    s.outages = {{20s, 6h}};
    for (const From from : {From::kUsers, From::kGateway})
        s.flows.push_back({.from = from,
                           .message_class = Class::kTransaction,
                           .bytes = 5000,
                           .backlog = 1000000,
                           .limit = 1000});
    s.duration = 7h;
    s.figures = {{Quantity::kDone, 1, true, Class::kTransaction}};
    return s;
}

Scenario slow()
{
    Scenario s{.name = "slow",
               .about = "2.4 kbit/s, 1.5 s one way, 30 % loss: 200-byte messages, one in 20 s"};
    s.up = s.down = {.bits_per_second = 2400, .frame_bytes = 240, .loss = {0.3}};
    s.delay = 1500ms;
    for (const From from : {From::kUsers, From::kGateway})
        s.flows.push_back({from, Class::kTransaction, 200, 20s, 0, 10min, 10s});
    s.duration = 6h;
    s.figures = {{Quantity::kDone, 0.999, true, Class::kTransaction}};
    return s;
}

Scenario fast()
{
    Scenario s{.name = "fast",
               .about = "50 Mbit/s up, 1 Mbit/s down, 5 ms one way, 1 % loss: 100 kB messages"};
    s.up = {.bits_per_second = 50e6, .frame_bytes = 4000, .loss = {0.01}};
    s.down = {.bits_per_second = 1e6, .frame_bytes = 400, .loss = {0.01}};
    s.delay = 5ms;
    s.flows = {{.message_class = Class::kBlock, .bytes = 100000, .backlog = 4000000}};
    s.duration = 30s;
    s.measured_from = 2s;
    s.figures = {{.quantity = Quantity::kEfficiencyUp, .bound = 0.93, .at_least = true}};
    return s;
}

Scenario crashes(std::string name, std::string about)
{
    Scenario s{.name = std::move(name), .about = std::move(about)};
    s.up = s.down = {.bits_per_second = 256e3, .frame_bytes = 400, .loss = {0.05}};
    for (const From from : {From::kUsers, From::kGateway}) {
        s.flows.push_back({.from = from,
                           .message_class = Class::kTransaction,
                           .bytes = 300,
                           .interval = 1s,
                           .keyed = true});
        s.flows.push_back({from, Class::kBlock, 5000, 20s, 0, kForever, 0s, UINT64_MAX, true});
        s.flows.push_back({from, Class::kDuty, 120, 10s, 0, 20s, 0s, UINT64_MAX, true});
        s.flows.push_back({from, Class::kInteractive, 600, 5s, 0, 30s});
    }
    s.duration = 22000s;
    s.rest = 1000s;
    s.crashes = 1050;
    s.figures = {{.quantity = Quantity::kCrashes, .bound = 1000, .at_least = true}};
    return s;
}

Scenario crashes()
{
    Scenario s =
        crashes("crashes", "1000 crashes of either station, 5 % loss: journals on disks "
                           "that lose what was not synced");
    s.figures.push_back({.quantity = Quantity::kKeptPromises, .bound = 1, .at_least = true});
    return s;
}

Scenario crashes_restored()
{
    Scenario s =
        crashes("crashes-restored",
                "as crashes, but often an older copy of the journal is there afterwards");
    s.old_journals = true;
    return s;
}

std::vector<Scenario> all()
{
    std::vector<Scenario> all{
        efficiency("clean", "100 kB messages, 800-byte frames, no loss", 800, 0, 0.95),
        efficiency("clean-240", "100 kB messages, 240-byte frames, no loss", 240, 0, 0.85),
        efficiency("loss-5", "as clean, 5 % of the frames lost both ways", 800, 0.05, 0.89),
        efficiency("loss-20", "as clean, 20 % of the frames lost both ways", 800, 0.2, 0.73),
        critical("critical",
                 "200-byte messages of class duty while 10 MB of bulk wait, 64 kbit/s, no loss",
                 0, {.bound = 0.25 + 3.5 * 0.1, .percentile = 99}),
        critical("critical-loss", "as critical, 10 % of the frames lost both ways", 0.1,
                 {.bound = 0.25 + 0.5 + 5 * 0.1, .percentile = 99.9}),
        idle(),
        day(),
        gateway(),
        outage(),
        slow(),
        fast(),
        crashes(),
        crashes_restored(),
    };
    for (const auto& more : {path_scenarios(), clock_scenarios()})
        all.insert(all.end(), more.begin(), more.end());
    return all;
}

} // namespace

const std::vector<Scenario>& scenarios()
{
    static const std::vector<Scenario> table = all();
    return table;
}

const Scenario& find_scenario(const std::string& name)
{
    const auto found = std::ranges::find(scenarios(), name, &Scenario::name);
    if (found == scenarios().end())
        throw std::invalid_argument("there is no scenario " + name);
    return *found;
}

const char* name_of(link::Class c)
{
    constexpr const char* names[] = {"control",     "duty",  "transaction",
                                     "interactive", "block", "bulk"};
    return names[size_t(c)];
}

} // namespace depinsat::linksim
