#include "depinsat/link/acm.h"

#include "depinsat/framing/plframe.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace depinsat::link {
namespace {

using namespace std::chrono_literals;

constexpr Time kSlopeWindow = 1s;
constexpr Time kLeastSlopeWindow = 400ms; // shorter, noise of the estimates looks like a fall
constexpr Time kMeasuring = 50ms;         // from the frame to the report that tells of it
constexpr Time kRegular = 150ms;          // between two reports
constexpr size_t kMaxReports = 64;

double seconds(Time time)
{
    return std::chrono::duration<double>(time).count();
}

double bits_per_symbol(const framing::Modcod& modcod)
{
    return double(modcod.k_bch) / double(modcod.slots);
}

void check(const char* what, double value, double most)
{
    if (!(value >= 0 && value <= most))
        throw std::invalid_argument(std::string("AcmController: ") + what + " must be 0 to " +
                                    std::to_string(int(most)));
}

std::vector<AcmController::Step> ladder_of(const AcmConfig& config)
{
    std::vector<AcmController::Step> all;
    for (const auto* modcod : config.allowed) {
        const auto required = framing::required_es_n0_db(*modcod);
        if (!required)
            throw std::invalid_argument("AcmController: the Es/N0 that " +
                                        std::string(modcod->name) + " requires is not known");
        const size_t symbols = framing::plframe_symbols(modcod->slots, config.pilots);
        all.push_back({modcod, *required, double(symbols) / config.symbol_rate_baud});
    }
    std::ranges::sort(all, {}, &AcmController::Step::required_db);
    std::vector<AcmController::Step> ladder;
    for (const auto& step : all)
        if (ladder.empty() ||
            bits_per_symbol(*step.modcod) > bits_per_symbol(*ladder.back().modcod))
            ladder.push_back(step);
    return ladder;
}

} // namespace

AcmController::AcmController(const AcmConfig& config)
    : config_(config), ladder_(ladder_of(config))
{
    if (ladder_.empty())
        throw std::invalid_argument("AcmController: no MODCOD is allowed");
    check("margin_db", config.margin_db, 10);
    check("hysteresis_db", config.hysteresis_db, 10);
    check("fade_db_per_s", config.fade_db_per_s, 20);
    if (!(config.symbol_rate_baud > 0))
        throw std::invalid_argument("AcmController: symbol_rate_baud must be above 0");
}

void AcmController::report(double es_n0_db, Time now)
{
    if (!std::isfinite(es_n0_db))
        return;
    reports_.push_back({es_n0_db, now});
    while (reports_.size() > kMaxReports || reports_.front().at + kSlopeWindow < now)
        reports_.pop_front();
}

/// Least squares over the window; 0 if it rises.
double AcmController::shown_fall_db_per_s() const
{
    if (reports_.back().at - reports_.front().at < kLeastSlopeWindow || reports_.size() < 3)
        return 0;
    double mean_t = 0, mean_y = 0, tt = 0, ty = 0;
    for (const Report& report : reports_) {
        mean_t += seconds(report.at - reports_.front().at) / double(reports_.size());
        mean_y += report.es_n0_db / double(reports_.size());
    }
    for (const Report& report : reports_) {
        const double t = seconds(report.at - reports_.front().at) - mean_t;
        tt += t * t;
        ty += t * (report.es_n0_db - mean_y);
    }
    return std::max(0.0, -ty / tt);
}

double AcmController::fall_db_per_s() const
{
    return std::max(config_.fade_db_per_s, shown_fall_db_per_s());
}

std::optional<double> AcmController::reported_es_n0_db(Time now) const
{
    if (reports_.empty() || now - reports_.back().at > kSilence)
        return std::nullopt;
    return reports_.back().es_n0_db;
}

std::optional<double> AcmController::expected_es_n0_db(Time now) const
{
    const auto reported = reported_es_n0_db(now);
    if (!reported)
        return std::nullopt;
    // Not by the age of each report while they come regularly, or the choice would go to and
    // fro.
    const Time age = std::max(now - reports_.back().at, kRegular);
    const Time horizon = age + Time(2 * config_.one_way_delay) + kMeasuring;
    return *reported - fall_db_per_s() * seconds(horizon);
}

size_t AcmController::highest(double es_n0_db) const
{
    const double fall = fall_db_per_s();
    const auto holds = [&](const Step& step) {
        return step.required_db + fall * step.frame_s <= es_n0_db;
    };
    const auto found = std::find_if(ladder_.rbegin(), ladder_.rend() - 1, holds);
    return size_t(ladder_.rend() - 1 - found);
}

const framing::Modcod& AcmController::choose(Time now)
{
    const auto expected = expected_es_n0_db(now);
    const size_t most = expected ? highest(*expected - config_.margin_db) : 0;
    step_ = std::min(step_, most);
    if (expected)
        step_ = std::max(step_, highest(*expected - config_.margin_db - config_.hysteresis_db));
    return *ladder_[step_].modcod;
}

} // namespace depinsat::link
