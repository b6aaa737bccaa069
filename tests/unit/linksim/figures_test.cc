// The scenarios, shortened; in full they are run under the label slow.
#include "linksim/report.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace depinsat::linksim;
using namespace std::chrono_literals;

namespace {

struct Short {
    const char* name;
    Time duration;
    friend std::ostream& operator<<(std::ostream& out, const Short& s) { return out << s.name; }
};

const Short kShort[] = {
    {"clean", 120s},        {"clean-240", 120s}, {"loss-5", 120s},
    {"loss-20", 200s},      {"critical", 1000s}, {"critical-loss", 4000s},
    {"idle", 24h},          {"slow", 2h},        {"fast", 5s},
    {"outage", 7h},         {"day", 24h},        {"handover", 10min},
    {"two-paths", 2min},    {"path-lost", 8min}, {"one-way-each", 5min},
    {"clock-wrong", 20min}, {"passes", 24h},
};

} // namespace

BOOST_DATA_TEST_CASE(a_scenario_meets_its_figures, kShort, scenario)
{
    Scenario s = find_scenario(scenario.name);
    s.duration = scenario.duration;
    std::erase_if(s.figures, [](const Figure& f) { return f.quantity == Quantity::kRealTime; });
    Simulation simulation(s, 7);
    simulation.run(Time::max());
    const Report result = report(simulation, 7, 1);
    BOOST_TEST(!s.figures.empty());
    BOOST_TEST(result.figures_met, result.json["figures"].dump());
    BOOST_TEST(result.nothing_wrong, result.json["violations"].dump());
}

BOOST_AUTO_TEST_CASE(fifty_stations_share_a_gateway)
{
    Scenario s = find_scenario("gateway");
    s.users = 50;
    s.duration = 60s;
    s.rest = 10s;
    std::erase_if(s.figures, [](const Figure& f) { return f.quantity == Quantity::kRealTime; });
    Simulation simulation(s, 7);
    simulation.run(Time::max());
    const Report result = report(simulation, 7, 1);
    BOOST_TEST(result.figures_met, result.json["figures"].dump());
    BOOST_TEST(result.nothing_wrong, result.json["violations"].dump());
    const auto& interactive = result.json["classes"]["interactive"];
    BOOST_TEST(interactive["done"] == interactive["taken"]);
}

BOOST_AUTO_TEST_CASE(a_scenario_that_does_not_exist_is_refused)
{
    BOOST_CHECK_THROW(find_scenario("perfect"), std::invalid_argument);
}
