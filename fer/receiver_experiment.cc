#include "fer/receiver_experiment.h"

#include "depinsat/framing/plframe.h"
#include "depinsat/waveform/dvbs2_receiver.h"
#include "depinsat/waveform/dvbs2_transmitter.h"
#include "fer/random_bytes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace depinsat::fer {
namespace {

constexpr size_t kPiece = 1024;   // samples at a time
constexpr unsigned kBehind = 3;   // frames sent behind the last one that counts
constexpr unsigned kSnrMean = 16; // frames
constexpr size_t kNumberBytes = sizeof(uint64_t);

/// Data fields that start with their number; what follows it comes from number and seed.
class NumberedSource final : public waveform::Dvbs2FrameSource
{
public:
    NumberedSource(const ReceiverExperiment::Settings& settings, uint64_t seed)
        : settings_(settings), seed_(seed)
    {}

    bool next(waveform::Dvbs2FrameToSend& frame) override
    {
        frame.modcod = settings_.modcod;
        frame.pilots = settings_.pilots;
        frame.header = {};
        frame.data_field.resize(settings_.modcod->data_field_bytes());
        write(sent_++, frame.data_field);
        return true;
    }

    void write(uint64_t number, std::span<uint8_t> data) const
    {
        std::mt19937_64 random(seed_ + number);
        fill_randomly(data, random);
        std::memcpy(data.data(), &number, kNumberBytes);
    }

    uint64_t sent() const { return sent_; }

private:
    const ReceiverExperiment::Settings& settings_;
    uint64_t seed_;
    uint64_t sent_ = 0;
};

/// One start of a receiver, and the count of what it puts out.
class Start
{
public:
    Start(const ReceiverExperiment::Settings& settings, uint64_t seed, unsigned frames);

    Counts run();

private:
    void take(const waveform::Dvbs2ReceivedFrame& frame);
    void take_good(uint64_t number, const waveform::Dvbs2ReceivedFrame& frame);
    void take_snr(double snr_db);
    void send(std::span<Sample> piece);
    void skip_part_of_a_frame();
    bool ended() const;

    const ReceiverExperiment::Settings& settings_;
    std::mt19937_64 random_;
    unsigned frames_;
    NumberedSource source_;
    waveform::Dvbs2Transmitter transmitter_;
    ImpairedPath path_;
    std::unique_ptr<waveform::Dvbs2FrameReceiver> receiver_;
    std::vector<uint8_t> expected_;
    double frame_samples_; ///< at the receiver
    uint64_t samples_ = 0; ///< that the receiver got
    bool locked_ = false;
    uint64_t first_ = 0; ///< number of the first frame out
    uint64_t good_ = 0;
    double snr_sum_ = 0;
    unsigned snr_frames_ = 0;
    Counts counts_;
};

Start::Start(const ReceiverExperiment::Settings& settings, uint64_t seed, unsigned frames)
    : settings_(settings),
      random_(seed),
      frames_(frames),
      source_(settings, random_()),
      transmitter_({.rolloff = settings.rolloff,
                    .samples_per_symbol = ImpairedPath::kShapedRate,
                    .pl_scrambling_n = settings.pl_scrambling_n},
                   source_),
      path_(settings.path, random_),
      receiver_(waveform::make_frame_receiver(
          {.sample_rate_hz = settings.path.samples_per_symbol * settings.path.symbol_rate_baud,
           .symbol_rate_baud = settings.path.symbol_rate_baud,
           .rolloff = settings.rolloff,
           .pl_scrambling_n = settings.pl_scrambling_n,
           .max_iterations = settings.iterations,
           .vl_snr = settings.modcod->vlsnr != nullptr},
          [this](const waveform::Dvbs2ReceivedFrame& frame) { take(frame); })),
      expected_(settings.modcod->data_field_bytes()),
      frame_samples_(double(framing::plframe_symbols(settings.modcod->slots, settings.pilots)) *
                     settings.path.samples_per_symbol)
{
    counts_.frames = frames;
}

void Start::take(const waveform::Dvbs2ReceivedFrame& frame)
{
    if (frame.failure != waveform::Dvbs2Failure::kNone) {
        counts_.receiver.failed_frames += locked_;
        return;
    }
    uint64_t number = 0;
    const bool whole = frame.data_field.size() == expected_.size();
    if (whole)
        std::memcpy(&number, frame.data_field.data(), kNumberBytes);
    if (whole)
        source_.write(number, expected_);
    if (whole && number < source_.sent() && std::ranges::equal(frame.data_field, expected_))
        take_good(number, frame);
    else
        ++counts_.undetected_errors;
}

void Start::take_good(uint64_t number, const waveform::Dvbs2ReceivedFrame& frame)
{
    if (!locked_) {
        locked_ = true;
        first_ = number;
        const double frames = double(samples_) / frame_samples_;
        counts_.receiver.frames_to_lock = counts_.receiver.most_frames_to_lock = frames;
        counts_.receiver.starts_in_time = frames <= ReceiverExperiment::kInTime;
    } else if (number > first_ && number <= first_ + frames_) {
        ++good_;
        counts_.iterations += frame.iterations;
        take_snr(frame.snr_db);
    }
}

void Start::take_snr(double snr_db)
{
    ReceiverCounts& counts = counts_.receiver;
    ++counts.snr_frames;
    counts.snr_db += snr_db;
    counts.snr_db_squares += snr_db * snr_db;
    snr_sum_ += snr_db;
    if (++snr_frames_ < kSnrMean)
        return;
    const double error = std::abs(snr_sum_ / kSnrMean - settings_.path.esn0_db);
    ++counts.snr_means;
    counts.worst_snr_mean_error_db = std::max(counts.worst_snr_mean_error_db, error);
    snr_sum_ = 0;
    snr_frames_ = 0;
}

void Start::skip_part_of_a_frame()
{
    const size_t symbols = framing::plframe_symbols(settings_.modcod->slots, settings_.pilots);
    std::vector<Sample> skipped(random_() % symbols * ImpairedPath::kShapedRate);
    transmitter_.generate(skipped);
}

void Start::send(std::span<Sample> piece)
{
    transmitter_.generate(piece);
    const auto samples = path_.process(piece);
    samples_ += samples.size();
    receiver_->process(samples);
}

bool Start::ended() const
{
    return source_.sent() >
           (locked_ ? first_ + frames_ + kBehind : ReceiverExperiment::kMostFramesToLock);
}

Counts Start::run()
{
    skip_part_of_a_frame();
    std::vector<Sample> piece(kPiece);
    while (!ended())
        send(piece);
    receiver_->flush();
    counts_.frame_errors = frames_ - std::min<uint64_t>(good_, frames_);
    counts_.receiver.starts = 1;
    counts_.receiver.starts_without_lock = !locked_;
    counts_.receiver.lock_losses = receiver_->stats().lock_losses;
    return counts_;
}

} // namespace

ReceiverExperiment::ReceiverExperiment(const Settings& settings) : settings_(settings)
{
    if (settings.frames_per_start == 0)
        throw std::invalid_argument("frames per start must be 1 or more");
    if (!framing::can_be_sent(*settings.modcod, settings.pilots))
        throw std::invalid_argument("--pilots off: VL-SNR always has pilots");
    if (settings.modcod->data_field_bytes() < kNumberBytes)
        throw std::invalid_argument("the frame has no room for its number");
    Start(settings_, 0, 1); // are all ranges kept?
}

Counts ReceiverExperiment::run(uint64_t seed, unsigned frames)
{
    return Start(settings_, seed, frames).run();
}

} // namespace depinsat::fer
