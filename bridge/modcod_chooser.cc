#include "bridge/modcod_chooser.h"

#include <algorithm>

namespace depinsat::bridge {

ModcodChooser::ModcodChooser(const config::Path& path)
{
    const auto rows = path.waveform.rows();
    most_robust_ = last_ = rows.front();
    if (!path.waveform.acm)
        return;
    const config::Acm& acm = *path.waveform.acm;
    config_ = link::AcmConfig{.allowed = rows,
                              .margin_db = acm.margin_db,
                              .hysteresis_db = acm.hysteresis_db,
                              .fade_db_per_s = acm.fade_db_per_s,
                              .one_way_delay = path.delay,
                              .symbol_rate_baud = double(path.waveform.symbol_rate_baud),
                              .pilots = path.waveform.pilots};
    most_robust_ = last_ = link::AcmController(*config_).ladder().front().modcod;
}

void ModcodChooser::report(const link::PublicKey& peer, double es_n0_db, link::Time now)
{
    const auto found = controllers_.find(peer);
    if (found != controllers_.end())
        found->second.report(es_n0_db, now);
}

void ModcodChooser::set_up(const link::PublicKey& peer, bool up)
{
    if (!up)
        controllers_.erase(peer);
    else if (config_)
        controllers_.try_emplace(peer, *config_);
}

const framing::Modcod& ModcodChooser::choose(bool introduces, link::Time now)
{
    const framing::Modcod* chosen = nullptr;
    for (auto& [key, controller] : controllers_) {
        const framing::Modcod& own = controller.choose(now);
        if (!chosen || framing::required_es_n0_db(own) < framing::required_es_n0_db(*chosen))
            chosen = &own;
    }
    last_ = introduces || !chosen ? most_robust_ : chosen;
    return *last_;
}

std::optional<double> ModcodChooser::reported_es_n0_db(link::Time now) const
{
    std::optional<double> lowest;
    for (const auto& [key, controller] : controllers_)
        if (const auto reported = controller.reported_es_n0_db(now))
            lowest = lowest ? std::min(*lowest, *reported) : reported;
    return lowest;
}

} // namespace depinsat::bridge
