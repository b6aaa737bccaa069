#pragma once

#include "bridge/beacon/news.h"
#include "bridge/beacon/surroundings.h"
#include "bridge/beacon/wire.h"

#include <map>

namespace depinsat::bridge::beacon {

/// A gateway that a user station may ask.
struct GatewayName {
    link::PublicKey key{};
    std::string operator_name{}; ///< those of one operator count once; empty: of its own
};

/// What a user station has of one gateway.
struct FarGateway {
    link::PublicKey key{};
    std::string operator_name{};
    Known known{}; ///< objects that it sent
    NewsDecoder news{};
    std::optional<NodeState> node{};
    std::optional<Chain> chain{};
    std::map<uint64_t, Head> heads{};                ///< by slot, the latest few
    std::map<uint64_t, AttestationData> templates{}; ///< likewise
    uint64_t hellos = 0;
    UnixTime last_hello{};
};

/// Attestation data, and how many operators' gateways say the same.
struct Agreed {
    AttestationData data;
    size_t votes;
};

/// The gateways of a user station, the preferred one first.
class Gateways
{
public:
    /// @param world  outlives this.
    Gateways(Surroundings& world, std::span<const GatewayName>, size_t agreement);

    std::vector<FarGateway>& all() { return all_; }
    const std::vector<FarGateway>& all() const { return all_; }
    FarGateway* find(const link::PublicKey&);

    /// The first that is up and whose node can be reached, else the first that is up.
    /// @param without  is not taken.
    FarGateway* pick(std::span<const link::PublicKey> without = {});

    size_t up() const;
    size_t agreement() const { return agreement_; }

    /// How the chain counts time, as a gateway said first.
    const std::optional<Chain>& chain() const { return chain_; }

    /// Takes what a gateway says of its node and chain. Another chain than that of the others
    /// is not believed.
    void take(FarGateway&, const WireState&);

    /// Takes news. @return the head, if enough gateways say that it is one and it was not
    /// returned before.
    std::optional<Head> take(FarGateway&, const News&);

    /// What enough gateways say is to be attested in a slot.
    std::optional<Agreed> attestation(uint64_t slot) const;

    /// Forgets heads and attestation data: while gateways do not push, they grow old.
    void forget_news();

    /// The last that take() returned.
    const std::optional<Head>& head() const { return head_; }

private:
    size_t votes(const Head&) const;

    Surroundings& world_;
    size_t agreement_;
    std::vector<FarGateway> all_;
    std::optional<Chain> chain_;
    std::optional<Head> head_;
    const FarGateway* head_from_ = nullptr;
};

} // namespace depinsat::bridge::beacon
