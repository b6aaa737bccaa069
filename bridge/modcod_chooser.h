#pragma once

#include "config/station.h"
#include "depinsat/link/acm.h"

#include <map>
#include <optional>

namespace depinsat::bridge {

/// Which MODCOD the next frame of a path goes out with: the path's only one, or with ACM the
/// one that every peer that is up is expected to receive, since a frame may hold packets of
/// several.
class ModcodChooser
{
public:
    explicit ModcodChooser(const config::Path&);

    bool adaptive() const { return config_.has_value(); }

    /// A peer says how it hears this station; of one that is not up nothing is taken.
    void report(const link::PublicKey& peer, double es_n0_db, link::Time now);
    void set_up(const link::PublicKey& peer, bool up);

    /// @param introduces  link::Link::introduces(): the most robust one.
    const framing::Modcod& choose(bool introduces, link::Time now);

    /// Of the last frame.
    const framing::Modcod& last() const { return *last_; }

    /// The lowest Es/N0 that a peer reported of late: none of one that is silent for
    /// link::AcmController::kSilence.
    std::optional<double> reported_es_n0_db(link::Time now) const;

private:
    std::optional<link::AcmConfig> config_; ///< none without ACM
    const framing::Modcod* most_robust_;
    const framing::Modcod* last_;
    std::map<link::PublicKey, link::AcmController> controllers_; ///< of the peers that are up
};

} // namespace depinsat::bridge
