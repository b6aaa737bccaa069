#pragma once

#include "depinsat/waveform/dvbs2_receiver.h"
#include "modem_port_client.h"
#include "received_bytes.h"

#include <pmt/pmt.h>

#include <chrono>
#include <cstdint>

namespace depinsat::blocks {

/// What a receiver says of a frame and of itself, as PMT dictionaries; docs/blocks.md has keys,
/// types and units.
pmt::pmt_t to_pmt(const FrameReport&);
pmt::pmt_t to_pmt(const waveform::Dvbs2FrameReceiver&);
pmt::pmt_t to_pmt(const ModemTxClient::Counts&);

/// Inverse of to_pmt(); what is missing or no number counts as 0.
ModemTxClient::Counts to_counts(const pmt::pmt_t&);

/// Says every 100 ms of wall time that telemetry is due.
class TelemetryPace
{
public:
    bool passed();

private:
    std::chrono::steady_clock::time_point due_{};
};

/// Seconds since 1970, by the clock of the machine.
double unix_time();

/// Time of samples that have just come in, from that of the newest one.
class SampleClock
{
public:
    explicit SampleClock(double sample_rate_hz) : sample_rate_hz_(sample_rate_hz) {}
    void advance(size_t samples)
    {
        samples_ += samples;
        now_ = unix_time();
    }
    double time_of(uint64_t sample) const
    {
        return now_ - double(int64_t(samples_ - sample)) / sample_rate_hz_;
    }

private:
    double sample_rate_hz_;
    double now_ = 0;
    uint64_t samples_ = 0;
};

} // namespace depinsat::blocks
