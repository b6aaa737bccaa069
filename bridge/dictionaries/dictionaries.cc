#include "bridge/dictionaries/dictionaries.h"

#include "bridge/messages.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace depinsat::bridge {
namespace {

using namespace std::chrono_literals;
constexpr auto kTalkLifetime = 60s;
constexpr auto kTransferLifetime = 600s;

} // namespace

Dictionaries::Dictionaries(const config::Station& station, LinkDriver& link)
    : station_(station), link_(link)
{
    if (station.dictionaries)
        for (auto& dictionary : read_dictionaries(*station.dictionaries))
            if (const auto name = dictionary.name; !shelf_.add(std::move(dictionary)))
                throw std::runtime_error(name +
                                         " is there twice, or the folder holds more than " +
                                         std::to_string(DictionaryShelf::kMax));
    link_.watch_peers([this](const auto& peer, bool up) {
        theirs_.erase(peer);
        asked_.erase(peer);
        if (up)
            tell(peer);
    });
    link_.receive_kind(kDictionaryOffer,
                       [this](const auto& peer, auto bytes) { on_offer(peer, bytes); });
    link_.receive_kind(kDictionaryWant,
                       [this](const auto& peer, auto bytes) { on_want(peer, bytes); });
    link_.receive_kind(kDictionary,
                       [this](const auto& peer, auto bytes) { on_dictionary(peer, bytes); });
}

Bytes Dictionaries::pack(const link::PublicKey& peer,
                         std::string_view name,
                         std::span<const uint8_t> plain) const
{
    const auto theirs = theirs_.find(peer);
    return bridge::pack(plain, theirs == theirs_.end() ? nullptr
                                                       : shelf_.newest(name, &theirs->second));
}

std::optional<Bytes> Dictionaries::unpack(const link::PublicKey& peer,
                                          std::span<const uint8_t> packed)
{
    auto plain = bridge::unpack(packed, shelf_);
    if (!plain)
        tell(peer); // it may think that this station has what was lost in a restart
    return plain;
}

void Dictionaries::tell(const link::PublicKey& peer)
{
    std::vector<OfferedDictionary> offers;
    for (const auto& one : shelf_.all())
        offers.push_back({one->id, one->version, uint32_t(one->bytes.size()), one->name});
    if (!offers.empty() || theirs_.contains(peer))
        link_.send(peer, {link::Class::kInteractive, kDictionaryOffer, encode_offer(offers)},
                   kTalkLifetime);
}

bool Dictionaries::wants(const OfferedDictionary& offer) const
{
    if (!station_.dictionaries || station_.role != config::Role::kUser ||
        !used_.contains(offer.name) || offer.size > station_.max_dictionary_bytes ||
        shelf_.find(offer.id))
        return false;
    const Dictionary* own = shelf_.newest(offer.name);
    return !own || offer.version > own->version;
}

void Dictionaries::on_offer(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto offers = decode_offer(bytes);
    if (!offers)
        return;
    auto& theirs = theirs_[peer];
    theirs.clear();
    for (const auto& offer : *offers) {
        theirs.insert(offer.id);
        auto& asked = asked_[peer];
        if (!wants(offer) || std::ranges::count(asked, offer))
            continue;
        asked.push_back(offer);
        link_.send(peer,
                   {link::Class::kBulk, kDictionaryWant, {offer.id.begin(), offer.id.end()}},
                   kTalkLifetime);
    }
}

void Dictionaries::on_want(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto id = decode_want(bytes);
    if (const Dictionary* dictionary = id ? shelf_.find(*id) : nullptr)
        link_.send(peer, {link::Class::kBulk, kDictionary, dictionary->bytes},
                   kTransferLifetime);
}

void Dictionaries::on_dictionary(const link::PublicKey& peer, std::span<const uint8_t> bytes)
{
    const auto id = dictionary_id(bytes);
    auto& asked = asked_[peer];
    const auto offer = std::ranges::find(asked, id, &OfferedDictionary::id);
    if (offer == asked.end() || bytes.size() != offer->size)
        return spdlog::warn("dictionaries: a station sent one that nobody asked for");
    Dictionary dictionary{offer->name, offer->version, {bytes.begin(), bytes.end()}, id};
    asked.erase(offer);
    spdlog::info("dictionaries: {} version {} has come", dictionary.name, dictionary.version);
    try {
        write_dictionary(*station_.dictionaries, dictionary);
    } catch (const std::runtime_error& error) {
        // What the next run does not have is not to be relied on.
        return spdlog::warn("dictionaries: {}", error.what());
    }
    if (!shelf_.add(std::move(dictionary)))
        return;
    for (const auto& [other, theirs] : theirs_)
        tell(other);
}

nlohmann::json Dictionaries::status() const
{
    nlohmann::json all = nlohmann::json::array();
    for (const auto& one : shelf_.all()) {
        size_t peers = 0;
        for (const auto& [peer, theirs] : theirs_)
            peers += theirs.contains(one->id);
        all.push_back({{"name", one->name},
                       {"version", one->version},
                       {"bytes", one->bytes.size()},
                       {"peers", peers}});
    }
    return all;
}

} // namespace depinsat::bridge
