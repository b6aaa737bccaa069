#pragma once

#include "bridge/dictionaries/packing.h"
#include "bridge/dictionaries/wire.h"
#include "bridge/link_driver.h"

#include <map>
#include <set>

namespace depinsat::bridge {

/// The dictionaries of this station and those that its peers have, kept by telling each other.
///
/// Choice    a message is packed with the newest dictionary that both ends have.
/// Exchange  a user station with a folder asks a gateway for one that is newer than its own, of
///           a traffic that it has use for; what arrives is known by its hash and, once it is
///           in the folder, told.
/// Bounds    DictionaryShelf::kMax, `dictionaries.max_kb` for each.
class Dictionaries
{
public:
    /// @throws std::runtime_error naming a file that is no dictionary.
    Dictionaries(const config::Station&, LinkDriver&);

    /// A bridge has use for dictionaries of this name.
    void use(const std::string& name) { used_.insert(name); }

    Bytes pack(const link::PublicKey& peer,
               std::string_view name,
               std::span<const uint8_t> plain) const;

    /// @return nothing if it is malformed, too large, or of a dictionary that is not here.
    std::optional<Bytes> unpack(const link::PublicKey& peer, std::span<const uint8_t> packed);

    /// For messages that outlive sessions: with no dictionary.
    static Bytes pack_lasting(std::span<const uint8_t> plain)
    {
        return bridge::pack(plain, nullptr);
    }

    nlohmann::json status() const;

private:
    void tell(const link::PublicKey& peer);
    void on_offer(const link::PublicKey& peer, std::span<const uint8_t>);
    void on_want(const link::PublicKey& peer, std::span<const uint8_t>);
    void on_dictionary(const link::PublicKey& peer, std::span<const uint8_t>);
    bool wants(const OfferedDictionary&) const;

    const config::Station& station_;
    LinkDriver& link_;
    DictionaryShelf shelf_;
    std::set<std::string> used_;
    std::map<link::PublicKey, std::set<Dictionary::Id>> theirs_;      ///< of peers that are up
    std::map<link::PublicKey, std::vector<OfferedDictionary>> asked_; ///< and not come yet
};

} // namespace depinsat::bridge
