// Who may talk to this station, and how the list and the station's own key change.
#include "link_impl.h"

#include <algorithm>
#include <sodium.h>
#include <stdexcept>

namespace depinsat::link {
namespace {

void check_count(size_t peers)
{
    if (peers > kMaxPeers)
        throw std::invalid_argument("peers: there are more than " + std::to_string(kMaxPeers));
}

void check_key(const PublicKey& peer, const KeyPair& own)
{
    Key shared;
    if (peer == own.public_key)
        throw std::invalid_argument("peers: the station's own public key is listed");
    if (crypto_scalarmult(shared.data(), own.secret_key.data(), peer.data()) != 0)
        throw std::invalid_argument("peers: a public key is of low order");
}

} // namespace

void check_peers(const KeyPair& own, std::span<const PublicKey> peers)
{
    check_count(peers.size());
    for (const PublicKey& peer : peers)
        check_key(peer, own);
    std::vector<PublicKey> sorted(peers.begin(), peers.end());
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end())
        throw std::invalid_argument("peers: a public key is listed twice");
}

void Link::Impl::add(const PublicKey& key)
{
    check_key(key, context.identity.keys);
    if (context.identity.former)
        check_key(key, *context.identity.former);
    if (find(key))
        throw std::invalid_argument("peers: a public key is listed twice");
    check_count(peers.size() + 1);
    touch(*peers.emplace(key, std::make_unique<Peer>(key, context)).first->second);
    context.guard.forget_refused(); // it may have knocked before
}

bool Link::Impl::remove(const PublicKey& key)
{
    const auto at = peers.find(key);
    if (at == peers.end())
        return false;
    Peer* const peer = at->second.get();
    peer->leave();
    for (Path& path : paths)
        for (Frame& frame : path.unreported) {
            std::erase_if(frame.packets,
                          [peer](const Packet& packet) { return packet.peer == peer; });
            std::erase(frame.handshakes, peer);
        }
    peers.erase(at);
    forget_revoked = true; // once, however many go
    return true;
}

void Link::Impl::forget_unlisted(Time wall)
{
    std::vector<PublicKey> gone;
    context.store.for_each(Record::kTimeStamp, [&](auto key, auto) {
        PublicKey listed;
        if (key.size() != listed.size())
            return;
        std::ranges::copy(key, listed.begin());
        if (!find(listed))
            gone.push_back(listed);
    });
    for (const PublicKey& key : gone)
        context.store.erase(Record::kTimeStamp, key);
    PeerJournal::forget_unlisted(context.store, wall,
                                 [this](const PublicKey& key) { return find(key) != nullptr; });
}

void Link::Impl::set_keys(const KeyPair& own, const std::optional<KeyPair>& former)
{
    for (const auto& [key, peer] : peers) {
        check_key(key, own);
        if (former)
            check_key(key, *former);
    }
    Identity& identity = context.identity;
    const bool changed = identity.keys.public_key != own.public_key;
    identity.keys = own;
    identity.former = former;
    context.guard.forget_refused();
    if (changed && context.config.initiator)
        for (const auto& [key, peer] : peers)
            peer->forget_session();
    touch_all();
}

const KeyPair* Link::Impl::addressee(std::span<const uint8_t> opening) const
{
    const Identity& identity = context.identity;
    if (is_opening_for(identity.keys.public_key, opening))
        return &identity.keys;
    if (identity.former && is_opening_for(identity.former->public_key, opening))
        return &*identity.former;
    return nullptr;
}

// The cheap questions first: to whom, known already, refused already, and only then the curve.
bool Link::Impl::receive_opening(std::span<const uint8_t> packet, Time now)
{
    const KeyPair* const own = addressee(packet);
    if (!own) {
        ++context.stats.rejected_packets;
        return false;
    }
    OpeningGuard& guard = context.guard;
    const OpeningName name = name_of_opening(packet);
    if (Peer* peer = guard.answered.find(name)) {
        peer->repeat_answer(name);
        return false; // nothing new, be it repeated or replayed
    }
    if (guard.was_refused(name)) {
        ++context.stats.rejected_packets;
        return false;
    }
    const Peer* const bearer = guard.cookies.find(cookie_shown(packet));
    if (!(bearer && bearer->gave_cookie_of(packet)) && !guard.budget.take(now)) {
        ++context.stats.openings_put_off;
        return false;
    }
    auto opening = read_opening(*own, packet);
    Peer* const peer = opening ? find(opening->noise.remote()) : nullptr;
    if (peer && peer->answer(std::move(*opening), name, now)) {
        touch(*peer);
        return true;
    }
    guard.refuse(name);
    ++context.stats.rejected_packets;
    return false;
}

void Link::add_peer(const PublicKey& key)
{
    impl_->add(key);
}

bool Link::remove_peer(const PublicKey& key)
{
    const bool listed = impl_->remove(key);
    impl_->tell();
    return listed;
}

void Link::set_keys(const KeyPair& own, const std::optional<KeyPair>& former)
{
    impl_->set_keys(own, former);
    impl_->tell();
}

} // namespace depinsat::link
