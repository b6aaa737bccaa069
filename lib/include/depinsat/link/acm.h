#pragma once

#include "depinsat/framing/modcod.h"
#include "depinsat/link/link.h"

#include <deque>
#include <optional>
#include <vector>

namespace depinsat::link {

struct AcmConfig {
    std::vector<const framing::Modcod*> allowed; ///< rows of framing::modcods()
    double margin_db = 0.5; ///< above framing::required_es_n0_db(): what the receiver loses,
                            ///< and the error of its estimate; 0 to 10
    double hysteresis_db = 0.4; ///< more, before a MODCOD that needs more is taken; 0 to 10
    double fade_db_per_s = 1;   ///< a fade that may set in at any moment; 0 to 20
    std::chrono::milliseconds one_way_delay{250};
    double symbol_rate_baud = 1e6; ///< above 0
    bool pilots = true;            ///< for how long a frame takes
};

/// Chooses the MODCOD of each frame to one peer, from what the peer says of its reception.
///
/// What the peer said is old when it comes, and the frame takes as long to get there: the
/// choice is for the Es/N0 that is expected when it ends there, the last one less the horizon
/// (age of the report, two delays and the time of the frame) times the fall, which is the
/// steepest of fade_db_per_s and what the reports of the last second show.
///
/// Down      at once; up only beyond the hysteresis. A row of `allowed` that is not more
///           efficient than one that needs less is never chosen.
/// Silence   without a report, and kSilence behind the last one, the most robust MODCOD.
/// Pure      knows no clock; one object per peer and thread.
class AcmController
{
public:
    static constexpr std::chrono::seconds kSilence{4};

    /// @throws std::invalid_argument naming what is wrong: nothing allowed, a MODCOD whose
    ///         required Es/N0 is not known, a number out of range.
    explicit AcmController(const AcmConfig&);

    /// The peer's report has come. What is not finite counts as none.
    void report(double es_n0_db, Time now);

    /// What the peer said last; nothing in silence.
    std::optional<double> reported_es_n0_db(Time now) const;

    /// For a frame that is filled now.
    const framing::Modcod& choose(Time now);

    /// When the first symbol of a frame that is filled now arrives; nothing in silence.
    std::optional<double> expected_es_n0_db(Time now) const;

    /// Most robust first; each is more efficient than those before it.
    struct Step {
        const framing::Modcod* modcod;
        double required_db;
        double frame_s;
    };
    const std::vector<Step>& ladder() const { return ladder_; }

private:
    struct Report {
        double es_n0_db;
        Time at;
    };
    double fall_db_per_s() const;
    double shown_fall_db_per_s() const;
    size_t highest(double es_n0_db) const;

    AcmConfig config_;
    std::vector<Step> ladder_;
    std::deque<Report> reports_;
    size_t step_ = 0;
};

} // namespace depinsat::link
