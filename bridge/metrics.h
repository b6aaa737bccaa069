#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace depinsat::bridge {

/// Numbers of a station in Prometheus' text format, read when somebody asks.
class Metrics
{
public:
    using Labels = std::map<std::string, std::string>;
    using Value = std::function<double()>;

    static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// @param name   "depinsat_..._total" of a counter; one of several may come again with
    /// other
    ///               labels.
    /// @param value  lives as long as this.
    void counter(const std::string& name, const std::string& help, Labels, Value value);
    void gauge(const std::string& name, const std::string& help, Labels, Value value);

    std::string text() const;

private:
    struct Series {
        Labels labels;
        Value value;
    };
    struct Family {
        std::string help;
        bool counts = false;
        std::vector<Series> series;
    };

    void add(const std::string& name, const std::string& help, bool counts, Series);

    std::map<std::string, Family> families_;
};

} // namespace depinsat::bridge
