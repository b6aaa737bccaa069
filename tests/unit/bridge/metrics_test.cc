#include "bridge/metrics.h"

#include <boost/test/unit_test.hpp>

using depinsat::bridge::Metrics;

BOOST_AUTO_TEST_CASE(values_are_read_when_asked_for)
{
    Metrics metrics;
    double value = 1;
    metrics.counter("depinsat_x_total", "how many", {{"kind", "a\"b"}}, [&] { return value; });
    metrics.counter("depinsat_x_total", "how many", {{"kind", "c"}}, [] { return 7; });
    metrics.gauge("depinsat_y", "how much", {}, [] { return -0.5; });
    value = 3;
    BOOST_TEST(metrics.text() == "# HELP depinsat_x_total how many\n"
                                 "# TYPE depinsat_x_total counter\n"
                                 "depinsat_x_total{kind=\"a\\\"b\"} 3\n"
                                 "depinsat_x_total{kind=\"c\"} 7\n"
                                 "# HELP depinsat_y how much\n"
                                 "# TYPE depinsat_y gauge\n"
                                 "depinsat_y -0.5\n");
}
