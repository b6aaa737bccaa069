#pragma once

#include "depinsat/link/link.h"
#include "depinsat/link/wire.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace depinsat::link {

/// A packet that goes anyway carries the reception if the last one is so old.
inline constexpr std::chrono::milliseconds kReceptionInterval{100};

/// A packet goes for its sake if it changed by so much since it was last told ...
inline constexpr double kReceptionStepDb = 0.5;

/// ... or was not told for so long, while there are segments either way and
/// LinkConfig::reception_linger after: an idle link is to be idle.
inline constexpr std::chrono::seconds kReceptionRefresh{1};

/// How well the station hears: Es/N0 in dB, smoothed over what it is told.
class Ear
{
public:
    void hear(double es_n0_db, Time now)
    {
        if (!std::isfinite(es_n0_db))
            return;
        es_n0_db = std::clamp(es_n0_db, -kMaxEsN0Db, kMaxEsN0Db);
        const double since = std::chrono::duration<double>(now - at_).count();
        mean_db_ =
            known_ ? es_n0_db + (mean_db_ - es_n0_db) * std::exp(-since / kMemoryS) : es_n0_db;
        known_ = true;
        at_ = now;
    }

    /// @return nothing before the first, and when the last one is long ago.
    std::optional<double> es_n0_db(Time now) const
    {
        return known_ && now - at_ < kStale ? std::optional(mean_db_) : std::nullopt;
    }

private:
    static constexpr double kMemoryS = 0.05;
    static constexpr std::chrono::milliseconds kStale{500};

    bool known_ = false;
    double mean_db_ = 0;
    Time at_{};
};

/// What one peer was told of it, and when to tell it again.
class Telling
{
public:
    bool worthwhile(const Ear& ear, Time now) const
    {
        return ear.es_n0_db(now) && (!told_ || now - told_at_ >= kReceptionInterval);
    }
    bool due(const Ear& ear, Time last_segment, Time linger, Time now) const
    {
        const auto now_db = ear.es_n0_db(now);
        const bool refreshed = now - last_segment < linger;
        return worthwhile(ear, now) &&
               (!told_ || (refreshed && now - told_at_ >= kReceptionRefresh) ||
                std::abs(*now_db - told_db_) >= kReceptionStepDb);
    }
    void told(double es_n0_db, Time now)
    {
        told_ = true;
        told_db_ = es_n0_db;
        told_at_ = now;
    }

private:
    bool told_ = false;
    double told_db_ = 0;
    Time told_at_{};
};

} // namespace depinsat::link
