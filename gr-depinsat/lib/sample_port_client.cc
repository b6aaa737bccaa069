#include "sample_port_client.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

namespace depinsat::blocks {
namespace {

using namespace std::chrono_literals;

// Far more messages than credit allows to be under way; a bound for a satellite that errs.
constexpr int kHighWaterMark = 64;

SamplePortConfig checked(const SamplePortConfig& config)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    if (config.station.empty() || config.station.size() > ports::kMaxStationNameBytes ||
        !std::all_of(config.station.begin(), config.station.end(), allowed))
        throw std::invalid_argument("station: allowed are 1 to 32 of a-z, 0-9, -");
    if (!(config.sample_rate_hz >= ports::kMinPortRateHz &&
          config.sample_rate_hz <= ports::kMaxPortRateHz))
        throw std::invalid_argument("sample_rate_hz: allowed is 1000 to 100000000");
    return config;
}

} // namespace

SamplePort::SamplePort(const char* key, const SamplePortConfig& config)
    : config_(checked(config)),
      socket_(PortSocket::connected(
          zmq::socket_type::dealer, key, config.endpoint, kHighWaterMark)),
      hello_due_(Clock::now()),
      silent_since_(hello_due_)
{}

bool SamplePort::keep_up()
{
    const auto now = Clock::now();
    const bool anew = now - silent_since_ > 1s;
    if (anew) {
        socket_.reconnect();
        silent_since_ = hello_due_ = now;
    }
    const auto hello = ports::encode_map(ports::Hello{config_.station, config_.sample_rate_hz});
    if (now >= hello_due_ && socket_.send(hello, {}))
        hello_due_ = now + 1s;
    return anew;
}

bool SamplePort::receive(std::chrono::microseconds wait)
{
    const bool received = socket_.receive(wait);
    if (received)
        silent_since_ = Clock::now();
    return received;
}

size_t UplinkClient::send(std::span<const Sample> samples, std::chrono::microseconds wait)
{
    if (port_.keep_up())
        grants_.clear();
    take_grants(grants_.empty() ? wait : 0us);
    const double rate = port_.sample_rate_hz();
    size_t sent = 0;
    while (sent < samples.size() && !grants_.empty()) {
        Grant& grant = grants_.front();
        const size_t count = size_t(std::min<uint64_t>(
            {samples.size() - sent, grant.count, ports::max_message_samples(rate)}));
        if (!port_.send(ports::encode_map(ports::SamplesHeader{grant.first, rate}),
                        ports::as_body(samples.subspan(sent, count))))
            break;
        sent += count;
        grant = {grant.first + count, grant.count - count};
        if (grant.count == 0)
            grants_.pop_front();
    }
    return sent;
}

void UplinkClient::take_grants(std::chrono::microseconds wait)
{
    for (; port_.receive(wait); wait = 0us)
        if (const auto message = ports::decode_from_satellite(port_.map(), port_.body()))
            if (const auto* credit = std::get_if<ports::UplinkCredit>(&*message))
                add({credit->first_sample, credit->samples});
}

void UplinkClient::add(Grant grant)
{
    if (grant.first !=
        granted_end_) { // the satellite's clock has passed what was granted before
        for (const Grant& past : grants_)
            missed_ += past.count;
        grants_.clear();
    }
    grants_.push_back(grant);
    granted_end_ = grant.first + grant.count;
    if (grants_.size() > size_t(kHighWaterMark))
        grants_.pop_front();
}

DownlinkClient::DownlinkClient(const SamplePortConfig& config)
    : port_("downlink_endpoint", config),
      owed_(ports::max_outstanding_samples(config.sample_rate_hz))
{}

void DownlinkClient::grant()
{
    if (owed_ > 0 && port_.send(ports::encode_map(ports::DownlinkCredit{owed_})))
        owed_ = 0;
}

DownlinkClient::Piece DownlinkClient::receive(std::span<Sample> out,
                                              std::chrono::microseconds wait)
{
    if (port_.keep_up())
        owed_ = ports::max_outstanding_samples(port_.sample_rate_hz());
    grant();
    if (taken_ == samples_.size() && !take_message(wait))
        return {};
    return zeros_ > 0 ? take_zeros(out) : take_samples(out);
}

bool DownlinkClient::take_message(std::chrono::microseconds wait)
{
    if (!port_.receive(wait))
        return false;
    const auto message = ports::decode_from_satellite(port_.map(), port_.body());
    const auto* samples = message ? std::get_if<ports::Samples>(&*message) : nullptr;
    if (!samples || samples->sample_rate_hz != port_.sample_rate_hz())
        return false;
    samples_.resize(samples->count());
    samples->copy(0, samples_);
    taken_ = 0;
    place(samples->first_sample);
    return true;
}

void DownlinkClient::place(uint64_t first_sample)
{
    const uint64_t gap = next_ && first_sample > *next_ ? first_sample - *next_ : 0;
    if (!next_ || first_sample != *next_)
        new_time_ = first_sample;
    lost_ += gap;
    const bool fill = double(gap) <= kMaxGapS * port_.sample_rate_hz();
    zeros_ = fill ? gap : 0;
    next_ = first_sample + samples_.size();
}

DownlinkClient::Piece DownlinkClient::take_zeros(std::span<Sample> out)
{
    const size_t count = size_t(std::min<uint64_t>(out.size(), zeros_));
    std::fill_n(out.begin(), count, Sample{});
    zeros_ -= count;
    return {count, {}};
}

DownlinkClient::Piece DownlinkClient::take_samples(std::span<Sample> out)
{
    const size_t count = std::min(out.size(), samples_.size() - taken_);
    std::copy_n(samples_.begin() + taken_, count, out.begin());
    taken_ += count;
    if (taken_ == samples_.size()) {
        owed_ += samples_.size();
        grant();
    }
    return {count, std::exchange(new_time_, std::nullopt)};
}

} // namespace depinsat::blocks
