#include "peer_clock.h"

#include <algorithm>
#include <cmath>

namespace depinsat::link {
namespace {

using namespace std::chrono_literals;

// A unit is 1953125 / 32 ns.
constexpr int64_t kUnitNumerator = 1953125, kUnitDenominator = 32;
constexpr int64_t kWrap = int64_t(1) << 32;

constexpr Time kResolution = 1ms; ///< of stamp, echo and rounding together
constexpr double kDrift = 200e-6; ///< two crystals of 100 ppm
constexpr size_t kRoundTrips = 8;

// A first few questions soon, then at most so often; a quiet link says less.
constexpr unsigned kEager = 4;
constexpr Time kAskEager = 1s, kAskBusy = 10s, kAskQuiet = 100s;
constexpr Time kStampAgain = 10min, kTellAgain = 1h;
constexpr Time kWallStep = 20ms;

constexpr Time kPoorest = 2s;         ///< an estimate that is worse serves no deadline
constexpr Time kFarthest = 500s;      ///< a deadline that is further off is not told
static_assert(kFarthest < 512s);      // half of what its 16 bits span
constexpr double kErrorsAnOctave = 8; ///< of error_byte()
constexpr uint8_t kUnknownError = 255;

int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

// The difference of two values of `range`, the one nearest to zero.
int64_t wrapped(int64_t difference, int64_t range)
{
    difference -= floor_div(difference, range) * range;
    return difference >= range / 2 ? difference - range : difference;
}

Time drift(Time age)
{
    return Time(int64_t(kDrift * double(age.count())));
}

} // namespace

int64_t link_units(Time time)
{
    const int64_t whole = floor_div(time.count(), kUnitNumerator);
    const int64_t rest = time.count() - whole * kUnitNumerator;
    return whole * kUnitDenominator + rest * kUnitDenominator / kUnitNumerator;
}

Time time_of_units(int64_t units)
{
    const int64_t whole = floor_div(units, kUnitDenominator);
    const int64_t rest = units - whole * kUnitDenominator;
    return Time(whole * kUnitNumerator + rest * kUnitNumerator / kUnitDenominator);
}

uint8_t error_byte(std::optional<Time> error)
{
    if (!error)
        return kUnknownError;
    const int64_t units = link_units(*error) + (*error > Time::zero());
    if (units <= 0)
        return 0;
    const double step = std::ceil(kErrorsAnOctave * std::log2(double(units)) - 1e-9);
    return uint8_t(std::min(1 + step, double(kUnknownError - 1)));
}

std::optional<Time> error_of_byte(uint8_t byte)
{
    if (byte == kUnknownError)
        return std::nullopt;
    if (byte == 0)
        return Time::zero();
    return time_of_units(int64_t(std::ceil(std::exp2((byte - 1) / kErrorsAnOctave))));
}

Time PeerClock::error_at(Time now) const
{
    return best_->error + drift(now - best_->at);
}

std::optional<PeerClock::Estimate> PeerClock::estimate(Time now) const
{
    if (keeps_)
        return Estimate{Time::zero(), Time::zero(), Time::zero()};
    if (!best_)
        return std::nullopt;
    return Estimate{best_->offset, error_at(now), now - best_->at};
}

bool PeerClock::worth_asking(const Saying& saying) const
{
    if (keeps_ || !saying.wants_ack)
        return false;
    const Time pause = samples_ < kEager ? kAskEager : saying.busy ? kAskBusy : kAskQuiet;
    return !asked_at_ || saying.now - *asked_at_ >= pause;
}

bool PeerClock::worth_telling(const WallClock& wall, Time now) const
{
    if (!wall.offset)
        return false;
    return !told_ || now - told_->at >= kTellAgain ||
           wall.error.has_value() != told_->wall.error.has_value() ||
           std::chrono::abs(*wall.offset - *told_->wall.offset) > kWallStep;
}

std::optional<LinkTime> PeerClock::say(const WallClock& wall, const Saying& saying) const
{
    LinkTime time;
    time.question = worth_asking(saying);
    const auto known = estimate(saying.now);
    const int64_t held =
        to_answer_ ? link_units(saying.frame_ends - to_answer_->at) >> kHeldShift : 0;
    if (to_answer_ && held >= 0 && held <= UINT16_MAX)
        time.echo = {uint16_t(to_answer_->counter), uint16_t(held)};
    if (!known || !(time.question || time.echo))
        return time.question ? std::optional(time) : std::nullopt;
    const bool tells = worth_telling(wall, saying.now);
    const bool stamps = !stamped_at_ || saying.now - *stamped_at_ >= kStampAgain;
    if (time.echo || tells || stamps)
        time.stamp = {uint32_t(link_units(saying.frame_ends + known->offset)),
                      error_byte(known->error)};
    if (tells)
        time.wall = {uint64_t(link_units(saying.frame_ends + *wall.offset)) % kWallTimes,
                     error_byte(wall.error)};
    return time;
}

void PeerClock::said(const LinkTime& time, const WallClock& wall, Time now)
{
    if (time.question)
        asked_at_ = now;
    if (time.echo)
        to_answer_.reset();
    if (time.stamp)
        stamped_at_ = now;
    if (time.wall)
        told_ = {wall, now};
}

void PeerClock::left(uint32_t counter, Time at)
{
    if (question_ && question_->counter == counter)
        question_->left = at;
}

void PeerClock::take(const LinkTime& time, uint32_t counter, const Arrival& arrival)
{
    const Time now = arrival.now;
    if (keeps_ && time.question)
        to_answer_ = {counter, now};
    if (!keeps_ && time.echo)
        take_echo(*time.stamp, *time.echo, arrival);
    if (keeps_ && time.stamp)
        peer_error_ = error_of_byte(time.stamp->error);
    const auto at = time.wall ? local_time(time.stamp->at, now) : std::nullopt;
    if (!at)
        return;
    const Time error =
        keeps_ ? error_of_byte(time.stamp->error).value_or(kPoorest) : error_at(now);
    wall_ = {time_of_units(int64_t(time.wall->at)) - *at, error,
             error_of_byte(time.wall->error)};
    wall_at_ = now;
}

std::optional<Time> PeerClock::local_time(uint32_t stamp, Time now) const
{
    const auto known = estimate(now);
    if (!known)
        return std::nullopt;
    return now + time_of_units(wrapped(stamp - link_units(now + known->offset), kWrap));
}

// What the frames took, both ways together, is known; how it is divided is not. The quickest
// exchange of late took the least on the way besides, so what this one took more may be all
// one way.
void PeerClock::take_echo(const LinkTime::Stamp& stamp,
                          const LinkTime::Echo& echo,
                          const Arrival& arrival)
{
    const Time now = arrival.now;
    if (!question_ || !question_->left || uint16_t(question_->counter) != echo.counter)
        return;
    const Time held = time_of_units(int64_t(echo.held) << kHeldShift);
    const Time on_the_way = now - *question_->left - held;
    const Time excess = on_the_way - question_->delay - arrival.delay;
    question_.reset();
    if (on_the_way < Time::zero())
        return; // a peer's clock gone mad
    excess_.push_back(excess);
    if (excess_.size() > kRoundTrips)
        excess_.pop_front();
    const Time quickest = *std::ranges::min_element(excess_);
    const Time way_back = arrival.delay + excess / 2;
    Sample sample{time_of_units(wrapped(stamp.at - link_units(now), kWrap)) + way_back,
                  asymmetry_ / 2 + (excess - quickest) / 2 + kResolution, now};
    ++samples_;
    if (best_) {
        // Link time wraps, the difference of two offsets does not.
        const Time apart = time_of_units(
            wrapped(link_units(sample.offset) - link_units(best_->offset), kWrap));
        sample.offset = best_->offset + apart;
        const bool contradicts = std::chrono::abs(apart) > sample.error + error_at(now);
        if (!contradicts && sample.error > error_at(now))
            return;
    }
    best_ = sample;
}

std::optional<PeerClock::PeerWall> PeerClock::wall(Time now) const
{
    if (!wall_)
        return std::nullopt;
    PeerWall wall = *wall_;
    wall.error += drift(now - wall_at_);
    return wall;
}

std::optional<uint32_t> PeerClock::deadline_on_wire(Time deadline, Time now) const
{
    const auto known = estimate(now);
    if (!known || known->error > kPoorest || deadline - now > kFarthest)
        return std::nullopt;
    const int64_t units = link_units(deadline + known->offset + known->error);
    return uint32_t(((units >> kDeadlineShift) + 1) & (kDeadlines - 1));
}

std::optional<Time> PeerClock::deadline_of(uint32_t on_wire, Time now) const
{
    const auto known = estimate(now);
    if (!known || known->error > kPoorest)
        return std::nullopt;
    const int64_t now_units = link_units(now + known->offset);
    const int64_t ahead = wrapped((int64_t(on_wire) << kDeadlineShift) - now_units,
                                  int64_t(kDeadlines) << kDeadlineShift);
    return now + time_of_units(ahead) + known->error;
}

} // namespace depinsat::link
