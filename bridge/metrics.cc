#include "bridge/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <sstream>

namespace depinsat::bridge {

void Metrics::counter(const std::string& name,
                      const std::string& help,
                      Labels labels,
                      Value value)
{
    add(name, help, true, {std::move(labels), std::move(value)});
}

void Metrics::gauge(const std::string& name,
                    const std::string& help,
                    Labels labels,
                    Value value)
{
    add(name, help, false, {std::move(labels), std::move(value)});
}

void Metrics::add(const std::string& name, const std::string& help, bool counts, Series series)
{
    Family& family = families_[name];
    family.help = help;
    family.counts = counts;
    family.series.push_back(std::move(series));
}

std::string Metrics::text() const
{
    std::vector<prometheus::MetricFamily> out;
    for (const auto& [name, family] : families_) {
        auto& one = out.emplace_back();
        one.name = name;
        one.help = family.help;
        one.type =
            family.counts ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
        for (const auto& series : family.series) {
            auto& metric = one.metric.emplace_back();
            for (const auto& [label, value] : series.labels)
                metric.label.push_back({label, value});
            (family.counts ? metric.counter.value : metric.gauge.value) = series.value();
        }
    }
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, out);
    return text.str();
}

} // namespace depinsat::bridge
