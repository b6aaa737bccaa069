#include "bridge/daemon.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace depinsat::bridge {
namespace {

/// Runs `action`; what it throws gets the key of station.toml in front.
template <class Action>
void for_key(const std::string& key, Action action)
{
    try {
        action();
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(key + ": " + error.what());
    }
}

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
               const std::optional<ports::Curve>& curve,
               const std::filesystem::path& file)
    : station_(std::move(station)),
      journal_(open_journal(station_)),
      link_(io_, station_, keys.own, journal_),
      reload_(file, station_, std::move(keys), link_)
{
    for_key("modem", [&] {
        if (station_.modem.runtime_directory)
            config::make_runtime_directory(*station_.modem.runtime_directory);
        tx_lock_.emplace(station_.modem.tx_endpoint);
        rx_lock_.emplace(station_.modem.rx_endpoint);
        modem_.emplace(io_, zmq_, station_, link_, curve);
    });
    listen();
}

void Daemon::listen()
{
    if (!station_.ethereum.empty())
        ethereum_calls_.emplace(io_, link_, kEthereumRequest, kEthereumAnswer, counters_);
    for (const auto& bridge : station_.ethereum)
        for_key("bridge.ethereum.listen", [&] {
            ingresses_.push_back(
                std::make_unique<ethereum::Ingress>(io_, bridge, *ethereum_calls_));
        });
    for (const auto& upstream : station_.upstreams)
        egress_.emplace(io_, link_, upstream, counters_);
    if (station_.telemetry)
        for_key("telemetry.listen", [&] {
            status_.emplace(io_, *station_.telemetry, station_, link_, *modem_, counters_);
        });
}

void Daemon::await_reload(asio::signal_set& signals)
{
    signals.async_wait([this, &signals](error_code error, int) {
        if (error)
            return;
        reload_.run();
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
    modem_->start();
    for (const auto& ingress : ingresses_)
        ingress->start();
    if (status_)
        status_->start();
    spdlog::info("station {} is running", station_.name);
    io_.run();
    journal_.commit();
}

} // namespace depinsat::bridge
