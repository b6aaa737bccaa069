#include "bridge/beacon/packed_json.h"
#include "bridge/beacon/packed_tags.h"
#include "bridge/beacon/words.h"

#include <algorithm>

namespace depinsat::bridge::beacon {
namespace {

class Unpacker
{
public:
    Unpacker(Reader& in, Known& known, Keep keep) : in_(in), known_(known), keep_(keep) {}

    Json value(int depth)
    {
        const uint8_t tag = in_.u8();
        if (depth > kMaxJsonDepth || !spend(1)) {
            in_.fail();
            return {};
        }
        if (tag >= kShaped)
            return shaped(size_t(tag - kShaped), depth);
        if (tag >= kSmallDecimal)
            return std::to_string(tag - kSmallDecimal);
        if (tag >= kShortHex)
            return hex(tag - kShortHex);
        return plain(tag, depth);
    }

    bool unknown() const { return unknown_; }

private:
    Json plain(uint8_t tag, int depth)
    {
        switch (tag) {
        case kNull:
            return nullptr;
        case kFalse:
            return false;
        case kTrue:
            return true;
        case kInteger:
            return in_.varint();
        case kDecimal:
            return std::to_string(in_.varint());
        case kHex:
            return hex(in_.varint());
        case kText:
            return text();
        case kList:
            return list(depth);
        case kObject:
            return object(depth);
        case kKnown:
        case kKnownAgain:
            return known(tag == kKnownAgain);
        case kHex32:
            return hex(32);
        case kHex48:
            return remember(hex(48));
        case kHex96:
            return hex(96);
        case kFraction:
            return fraction();
        case kWord:
            return word(in_.u8());
        default:
            in_.fail();
            return {};
        }
    }

    /// Counts what is made; false when it is too much.
    bool spend(size_t bytes)
    {
        spent_ += bytes;
        return spent_ <= kMaxUnpackedBytes;
    }

    Json hex(uint64_t count)
    {
        const auto bytes = in_.bytes(count);
        if (!spend(2 * bytes.size()))
            in_.fail();
        return to_hex(bytes);
    }

    std::string text()
    {
        std::string text = in_.text();
        if (!spend(text.size()))
            in_.fail();
        return text;
    }

    Json fraction()
    {
        Json number = Json::parse(text(), nullptr, false);
        if (!number.is_number())
            in_.fail();
        return number;
    }

    std::string word(uint8_t number)
    {
        if (number < words().size() && spend(words()[number].size()))
            return std::string(words()[number]);
        in_.fail();
        return {};
    }

    Json list(int depth)
    {
        Json list = Json::array();
        const uint64_t count = in_.varint();
        for (uint64_t i = 0; i < count && in_.ok(); ++i)
            list.push_back(value(depth + 1));
        return remember(std::move(list));
    }

    Json object(int depth)
    {
        Json object = Json::object();
        const uint64_t count = in_.varint();
        if (count > kMaxKeys)
            in_.fail();
        for (uint64_t i = 0; i < count && in_.ok(); ++i) {
            const uint8_t number = in_.u8();
            const std::string key = number == kOtherKey ? text() : word(number);
            object[key] = value(depth + 1);
        }
        return remember(std::move(object));
    }

    Json shaped(size_t number, int depth)
    {
        if (number >= shapes().size()) {
            in_.fail();
            return {};
        }
        Json object = Json::object();
        const Shape& shape = shapes()[number];
        for (size_t i = 0; i < shape.count() && in_.ok(); ++i) {
            spend(shape.keys[i].size());
            object[std::string(shape.keys[i])] = value(depth + 1);
        }
        return remember(std::move(object));
    }

    Json known(bool again)
    {
        if (!again) {
            ShortHash hash{};
            std::ranges::copy(in_.bytes(hash.size()), hash.begin());
            last_ = hash;
        }
        const Json* object = last_ ? known_.find(*last_) : nullptr;
        if (!object) {
            unknown_ |= last_.has_value() && in_.ok();
            in_.fail();
            return {};
        }
        if (!spend(dump(*object).size()))
            in_.fail();
        return *object;
    }

    Json remember(Json object)
    {
        if (keep_ == Keep::kYes && in_.ok() && Known::is_worthwhile(object))
            known_.add(object);
        return object;
    }

    static constexpr uint64_t kMaxKeys = 1024; // looked up one by one

    Reader& in_;
    Known& known_;
    Keep keep_;
    size_t spent_ = 0;
    bool unknown_ = false;
    std::optional<ShortHash> last_;
};

} // namespace

Unpacked unpack(Reader& in, Known& known, Keep keep, Json& out)
{
    Unpacker unpacker(in, known, keep);
    out = unpacker.value(0);
    if (unpacker.unknown())
        return Unpacked::kUnknown;
    return in.ok() ? Unpacked::kDone : Unpacked::kMalformed;
}

} // namespace depinsat::bridge::beacon
