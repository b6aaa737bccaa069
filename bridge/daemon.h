#pragma once

#include "bridge/contact_keeper.h"
#include "bridge/http_client.h"
#include "bridge/metrics.h"
#include "bridge/modem_server.h"
#include "bridge/protocol.h"
#include "bridge/station_reload.h"
#include "bridge/status.h"

#include "config/station.h"
#include "journal/sqlite_store.h"

#include <boost/asio/signal_set.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace depinsat::bridge {

/// One running station: everything of `depinsatd`, in one thread.
class Daemon
{
public:
    /// Takes every endpoint and port of the station; nothing runs before run().
    /// @param curves  of the modem ports, from load_curves().
    /// @param file   of the station, to be read again.
    /// @throws std::runtime_error naming the key and what cannot be had.
    Daemon(config::Station,
           StationKeys,
           const Curves& curves,
           const std::filesystem::path& file);

    /// Runs until SIGINT or SIGTERM; SIGHUP reads the file again.
    void run();

private:
    void await_reload(asio::signal_set&);

    config::Station station_;
    asio::io_context io_{1};
    zmq::context_t zmq_;
    BridgeCounters counters_;
    journal::SqliteStore journal_;
    LinkDriver link_;
    StationReload reload_;
    std::optional<ContactKeeper> contacts_;
    std::vector<std::unique_ptr<ModemServer>> modems_; ///< of the paths
    std::optional<Dictionaries> dictionaries_;
    HttpClient http_{io_};
    Metrics metrics_;
    std::vector<NamedProtocol> protocols_;
    std::optional<StatusServer> status_;
};

} // namespace depinsat::bridge
