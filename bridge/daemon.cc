#include "bridge/daemon.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

journal::SqliteStore open_journal(const config::Station& station)
{
    try {
        return journal::SqliteStore(station.journal);
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(std::string("link.journal: ") + error.what());
    }
}

} // namespace

Daemon::Daemon(config::Station station,
               StationKeys keys,
               const Curves& curves,
               const std::filesystem::path& file)
    : station_(std::move(station)),
      journal_(open_journal(station_)),
      link_(io_, station_, keys.own, journal_),
      reload_(file, station_, std::move(keys), link_)
{
    if (station_.contacts)
        for_key("contacts.schedule", [&] { contacts_.emplace(io_, station_, link_); });
    for (unsigned path = 0; path < station_.paths.size(); ++path)
        for_key(station_.paths[path].prefix() + "modem", [&] {
            modems_.push_back(
                std::make_unique<ModemServer>(io_, zmq_, station_, path, link_, curves[path]));
        });
    for_key("dictionaries.folder", [&] { dictionaries_.emplace(station_, link_); });
    protocols_ = make_protocols(
        {io_, station_, link_, http_, metrics_, counters_, journal_, *dictionaries_});
    if (station_.telemetry)
        for_key("telemetry.listen", [&] {
            status_.emplace(io_, *station_.telemetry,
                            StationState{station_, link_, modems_, counters_, protocols_,
                                         contacts_, *dictionaries_},
                            metrics_);
        });
}

void Daemon::await_reload(asio::signal_set& signals)
{
    signals.async_wait([this, &signals](error_code error, int) {
        if (error)
            return;
        reload_.run();
        if (contacts_)
            contacts_->reread();
        await_reload(signals);
    });
}

void Daemon::run()
{
    asio::signal_set hangups(io_, SIGHUP);
    await_reload(hangups);
    asio::signal_set signals(io_, SIGINT, SIGTERM);
    signals.async_wait([this](error_code error, int signal) {
        if (error)
            return;
        spdlog::info("signal {}: stopping", signal);
        io_.stop();
    });
    link_.start();
    if (contacts_)
        contacts_->start();
    for (const auto& modem : modems_)
        modem->start();
    for (const auto& [name, protocol] : protocols_)
        protocol->start();
    if (status_)
        status_->start();
    spdlog::info("station {} is running", station_.name);
    io_.run();
    journal_.commit();
}

} // namespace depinsat::bridge
