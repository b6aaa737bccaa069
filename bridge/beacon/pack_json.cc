#include "bridge/beacon/packed_json.h"
#include "bridge/beacon/packed_tags.h"
#include "bridge/beacon/words.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

class Packer
{
public:
    Packer(Known& known, Keep keep, Writer& out) : known_(known), keep_(keep), out_(out) {}

    void value(const Json& json)
    {
        switch (json.type()) {
        case Json::value_t::boolean:
            return out_.u8(json.get<bool>() ? kTrue : kFalse);
        case Json::value_t::number_unsigned:
            out_.u8(kInteger);
            return out_.varint(json.get<uint64_t>());
        case Json::value_t::number_integer:
        case Json::value_t::number_float:
            out_.u8(kFraction);
            return out_.text(json.dump());
        case Json::value_t::string:
            if (refer(json))
                return;
            return text(json.get_ref<const std::string&>());
        case Json::value_t::array:
            if (refer(json))
                return;
            out_.u8(kList);
            out_.varint(json.size());
            for (const Json& item : json)
                value(item);
            return;
        case Json::value_t::object:
            return object(json);
        default:
            return out_.u8(kNull);
        }
    }

private:
    void text(const std::string& text)
    {
        if (is_canonical_hex(text))
            return hex(*from_hex(text));
        if (const auto number = from_decimal(text)) {
            if (*number < kShort)
                return out_.u8(uint8_t(kSmallDecimal + *number));
            out_.u8(kDecimal);
            return out_.varint(*number);
        }
        if (const auto word = word_number(text)) {
            out_.u8(kWord);
            return out_.u8(*word);
        }
        out_.u8(kText);
        out_.text(text);
    }

    void hex(std::span<const uint8_t> bytes)
    {
        switch (bytes.size()) {
        case 32:
            out_.u8(kHex32);
            break;
        case 48:
            out_.u8(kHex48);
            break;
        case 96:
            out_.u8(kHex96);
            break;
        default:
            if (bytes.size() < kShort) {
                out_.u8(uint8_t(kShortHex + bytes.size()));
            } else {
                out_.u8(kHex);
                out_.varint(bytes.size());
            }
        }
        out_.bytes(bytes);
    }

    void object(const Json& json)
    {
        if (refer(json) || shaped(json))
            return;
        out_.u8(kObject);
        out_.varint(json.size());
        for (const auto& [key, entry] : json.items()) {
            if (const auto word = word_number(key)) {
                out_.u8(*word);
            } else {
                out_.u8(kOtherKey);
                out_.text(key);
            }
            value(entry);
        }
    }

    /// Writes the hash of a known value.
    bool refer(const Json& json)
    {
        if (!Known::is_worthwhile(json))
            return false;
        const auto hash = known_.hash_of(json);
        if (hash)
            known(*hash);
        else if (keep_ == Keep::kYes)
            known_.add(json);
        return hash.has_value();
    }

    void known(const ShortHash& hash)
    {
        if (last_ == hash)
            return out_.u8(kKnownAgain);
        last_ = hash;
        out_.u8(kKnown);
        out_.bytes(hash);
    }

    bool shaped(const Json& json)
    {
        const auto all = shapes();
        const auto shape = std::ranges::find_if(all, [&](const Shape& candidate) {
            if (candidate.count() != json.size())
                return false;
            auto key = candidate.keys.begin();
            for (auto entry = json.begin(); entry != json.end(); ++entry)
                if (entry.key() != *key++)
                    return false;
            return true;
        });
        if (shape == all.end())
            return false;
        out_.u8(uint8_t(kShaped + (shape - all.begin())));
        for (const Json& entry : json)
            value(entry);
        return true;
    }

    Known& known_;
    Keep keep_;
    Writer& out_;
    std::optional<ShortHash> last_;
};

} // namespace

void pack(const Json& json, Known& known, Keep keep, Writer& out)
{
    Packer(known, keep, out).value(json);
}

} // namespace depinsat::bridge::beacon
