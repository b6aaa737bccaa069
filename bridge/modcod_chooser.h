#pragma once

#include "config/station.h"
#include "depinsat/link/acm.h"

#include <map>
#include <optional>
#include <span>

namespace depinsat::bridge {

/// Which MODCOD the next frame of a path goes out with: the path's only one, or with ACM the
/// one that every peer that is up is expected to receive, since a frame may hold packets of
/// several.
class ModcodChooser
{
public:
    ModcodChooser(const config::Path&, std::span<const link::PublicKey> peers);

    bool adaptive() const { return !controllers_.empty(); }

    /// A peer says how it hears this station.
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
    struct Peer {
        link::AcmController controller;
        bool up = false;
    };

    const framing::Modcod* most_robust_;
    const framing::Modcod* last_;
    std::map<link::PublicKey, Peer> controllers_; ///< none without ACM
};

} // namespace depinsat::bridge
