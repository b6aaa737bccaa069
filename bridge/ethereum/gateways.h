#pragma once

#include "bridge/ethereum/view.h"
#include "bridge/protocol.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace depinsat::bridge::ethereum {

/// The gateways of a user station: what each tells of the chain, and when that counts.
///
/// Counts    for the clients of an endpoint: what as many operators say as its `agreement` asks
///           for, or a gateway with trust = "full".
/// Verified  what two operators say at least, or a gateway with trust = "full": nobody's word
///           alone.
class Gateways
{
public:
    /// Gateways that say the same.
    using Tellers = std::vector<link::PublicKey>;

    /// @param station, link  outlive this.
    Gateways(const config::Station& station, LinkDriver& link) : station_(station), link_(link)
    {}

    View& view(const link::PublicKey& gateway) { return views_[gateway]; }
    const std::map<link::PublicKey, View>& views() const { return views_; }

    /// The first that is up, else the first.
    const link::PublicKey& preferred(const config::EthereumBridge&) const;
    Tellers up(const config::EthereumBridge&) const;

    bool counts(const config::EthereumBridge&, const Tellers&) const;
    bool is_verified(const config::EthereumBridge&, const Tellers&) const;

    /// Those whose news have this block.
    Tellers tellers_of(const config::EthereumBridge&, const Json& block_hash) const;

    /// The latest block that counts; null: there is none.
    const Json* head(const config::EthereumBridge&) const;

    /// The result of a call, if what is known of it counts.
    std::optional<std::string>
    answer(const config::EthereumBridge&, const std::string& method, const std::string& call);

private:
    const config::Gateway* named(const link::PublicKey&) const;
    bool holds(const Tellers&, size_t operators) const;
    std::optional<std::string> agreed_answer(const config::EthereumBridge&,
                                             const std::string& method,
                                             const std::string& call);
    std::optional<std::string> receipt_answer(const config::EthereumBridge&,
                                              const std::string& call);

    const config::Station& station_;
    LinkDriver& link_;
    std::map<link::PublicKey, View> views_;
};

} // namespace depinsat::bridge::ethereum
