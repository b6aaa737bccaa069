#pragma once

#include <algorithm>
#include <cstdint>

namespace depinsat::fer {

/// How a receiver came to its frames; all zero where nothing is synchronised.
struct ReceiverCounts {
    uint64_t starts = 0;
    uint64_t starts_without_lock = 0;
    uint64_t starts_in_time = 0; ///< first frame out within eight frames
    double frames_to_lock = 0;   ///< sum over the starts with lock, in frames of the signal
    double most_frames_to_lock = 0;
    uint64_t lock_losses = 0;
    uint64_t failed_frames = 0; ///< of the lost: those that came out as failed
    uint64_t snr_frames = 0;
    double snr_db = 0, snr_db_squares = 0; ///< sums over snr_frames
    uint64_t snr_means = 0;                ///< of 16 frames in a row
    double worst_snr_mean_error_db = 0;

    ReceiverCounts& operator+=(const ReceiverCounts& other)
    {
        starts += other.starts;
        starts_without_lock += other.starts_without_lock;
        starts_in_time += other.starts_in_time;
        frames_to_lock += other.frames_to_lock;
        most_frames_to_lock = std::max(most_frames_to_lock, other.most_frames_to_lock);
        lock_losses += other.lock_losses;
        failed_frames += other.failed_frames;
        snr_frames += other.snr_frames;
        snr_db += other.snr_db;
        snr_db_squares += other.snr_db_squares;
        snr_means += other.snr_means;
        worst_snr_mean_error_db =
            std::max(worst_snr_mean_error_db, other.worst_snr_mean_error_db);
        return *this;
    }
    friend bool operator==(const ReceiverCounts&, const ReceiverCounts&) = default;
};

struct Counts {
    uint64_t frames = 0;
    uint64_t frame_errors = 0;      ///< messages that are not what was sent, noticed or not
    uint64_t undetected_errors = 0; ///< those of them that the decoder took for right
    uint64_t bit_errors = 0;
    uint64_t iterations = 0;
    ReceiverCounts receiver = {};

    Counts& operator+=(const Counts& other)
    {
        frames += other.frames;
        frame_errors += other.frame_errors;
        undetected_errors += other.undetected_errors;
        bit_errors += other.bit_errors;
        iterations += other.iterations;
        receiver += other.receiver;
        return *this;
    }
    friend bool operator==(const Counts&, const Counts&) = default;
};

/// Sends frames and counts those that are lost.
///
/// Seed      what a batch gives depends on its seed and length only, not on earlier ones.
/// Threads   one object per thread.
class Experiment
{
public:
    virtual ~Experiment() = default;

    /// Frames of a batch: enough that its start costs nothing.
    virtual unsigned batch() const = 0;

    /// @param frames  1 to batch().
    virtual Counts run(uint64_t seed, unsigned frames) = 0;
};

} // namespace depinsat::fer
