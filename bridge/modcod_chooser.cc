#include "bridge/modcod_chooser.h"

#include <algorithm>

namespace depinsat::bridge {

ModcodChooser::ModcodChooser(const config::Station& station)
{
    const auto rows = station.waveform.rows();
    most_robust_ = last_ = rows.front();
    if (!station.waveform.acm)
        return;
    const config::Acm& acm = *station.waveform.acm;
    const link::AcmConfig config{rows, acm.margin_db, acm.hysteresis_db, acm.fade_db_per_s,
                                 station.link_delay};
    for (const auto& peer : station.peers)
        controllers_.emplace(peer, Peer{link::AcmController(config)});
    most_robust_ = last_ = controllers_.begin()->second.controller.ladder().front().modcod;
}

void ModcodChooser::report(const link::PublicKey& peer, double es_n0_db, link::Time now)
{
    const auto found = controllers_.find(peer);
    if (found == controllers_.end())
        return;
    found->second.controller.report(es_n0_db, now);
    found->second.reported_db = es_n0_db;
}

void ModcodChooser::set_up(const link::PublicKey& peer, bool up)
{
    const auto found = controllers_.find(peer);
    if (found == controllers_.end())
        return;
    found->second.up = up;
    if (up)
        return;
    found->second.controller.forget();
    found->second.reported_db.reset();
}

const framing::Modcod& ModcodChooser::choose(bool introduces, link::Time now)
{
    const framing::Modcod* chosen = nullptr;
    for (auto& [key, peer] : controllers_) {
        if (!peer.up)
            continue;
        const framing::Modcod& own = peer.controller.choose(now);
        if (!peer.controller.expected_es_n0_db(now)) // too long ago
            peer.reported_db.reset();
        if (!chosen || framing::required_es_n0_db(own) < framing::required_es_n0_db(*chosen))
            chosen = &own;
    }
    last_ = introduces || !chosen ? most_robust_ : chosen;
    return *last_;
}

std::optional<double> ModcodChooser::reported_es_n0_db() const
{
    std::optional<double> lowest;
    for (const auto& [key, peer] : controllers_)
        if (peer.reported_db)
            lowest = lowest ? std::min(*lowest, *peer.reported_db) : *peer.reported_db;
    return lowest;
}

} // namespace depinsat::bridge
