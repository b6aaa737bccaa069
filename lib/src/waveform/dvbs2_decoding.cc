#include "dvbs2_decoding.h"

#include <algorithm>
#include <utility>

namespace depinsat::waveform {

struct Dvbs2Decoding::Place final : Task {
    explicit Place(unsigned max_iterations) : decoder(max_iterations) {}

    void
    fill(const Dvbs2ReceivedFrame& received, std::span<const Sample> xfecframe, float noise)
    {
        frame = received;
        symbols.assign(xfecframe.begin(), xfecframe.end());
        n0 = noise;
    }

    void run() override
    {
        const auto result = decoder.decode(*frame.modcod, symbols, n0);
        frame.iterations = result.iterations;
        frame.corrected = result.corrected;
        frame.failure = result.failure;
        frame.header = result.header;
        frame.data_field = result.data_field;
    }

    Dvbs2FrameDecoder decoder;
    Dvbs2ReceivedFrame frame{};
    std::vector<Sample> symbols;
    float n0 = 0;
};

Dvbs2Decoding::Dvbs2Decoding(unsigned max_iterations, Executor& executor, Sink sink)
    : executor_(executor), sink_(std::move(sink))
{
    for (size_t i = 0; i < std::min(executor.capacity(), kLag); ++i)
        places_.push_back(std::make_unique<Place>(max_iterations));
}

Dvbs2Decoding::~Dvbs2Decoding()
{
    for (const auto& place : places_)
        executor_.wait(*place);
}

Dvbs2Decoding::Place& Dvbs2Decoding::take_place()
{
    if (in_hand_ == places_.size())
        wait_for_oldest();
    return *places_[(oldest_ + in_hand_) % places_.size()];
}

bool Dvbs2Decoding::start(const Dvbs2ReceivedFrame& frame,
                          std::span<const Sample> xfecframe,
                          float n0)
{
    deliver();
    Place& place = take_place();
    place.fill(frame, xfecframe, n0);
    const bool failed = failed_[(delivered_ + in_hand_) % kLag];
    ++in_hand_;
    executor_.start(place);
    return failed;
}

bool Dvbs2Decoding::try_now(const Dvbs2ReceivedFrame& frame,
                            std::span<const Sample> xfecframe,
                            float n0)
{
    finish();
    Place& place = take_place();
    place.fill(frame, xfecframe, n0);
    place.run();
    if (place.frame.failure != Dvbs2Failure::kNone)
        return false;
    ++in_hand_;
    wait_for_oldest();
    return true;
}

void Dvbs2Decoding::deliver_failed(const Dvbs2ReceivedFrame& frame, Dvbs2Failure failure)
{
    finish();
    Dvbs2ReceivedFrame failed = frame;
    failed.failure = failure;
    failed.sequence = delivered_;
    failed_[delivered_++ % kLag] = true;
    sink_(failed, {});
}

bool Dvbs2Decoding::ready() const
{
    return in_hand_ > 0 && executor_.ended(*places_[oldest_]);
}

void Dvbs2Decoding::deliver()
{
    while (ready())
        wait_for_oldest();
}

void Dvbs2Decoding::finish()
{
    while (in_hand_ > 0)
        wait_for_oldest();
}

void Dvbs2Decoding::wait_for_oldest()
{
    Place& place = *places_[oldest_];
    executor_.wait(place);
    oldest_ = (oldest_ + 1) % places_.size();
    --in_hand_;
    failed_[delivered_ % kLag] = place.frame.failure != Dvbs2Failure::kNone;
    place.frame.sequence = delivered_++;
    sink_(place.frame, place.symbols);
}

} // namespace depinsat::waveform
