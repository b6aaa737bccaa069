#include "bridge/dictionaries/dense_json.h"

#include "bridge/hex.h"

#include <string>

namespace depinsat::bridge {
namespace {

using Json = nlohmann::ordered_json;
using Bytes = std::vector<uint8_t>;

/// Tags of bytes that were texts: "0x" and an even number of digits, or an odd one.
enum Subtype : uint8_t { kEven = 0xE0, kOdd = 0xE1 };

/// RFC 8949, clause 3.1.
enum Major : uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

/// The first byte of an item and the number behind it.
struct Head {
    uint8_t major;
    uint8_t info; ///< the number itself, or how long it is
    uint64_t number;
};

/// @return nothing at the end, and for lengths that are not said ("indefinite").
std::optional<Head> take_head(std::span<const uint8_t>& bytes)
{
    constexpr uint8_t kOneByte = 24, kEightBytes = 27;
    if (bytes.empty())
        return {};
    Head head{uint8_t(bytes[0] >> 5), uint8_t(bytes[0] & 31), uint64_t(bytes[0] & 31)};
    bytes = bytes.subspan(1);
    if (head.info < kOneByte)
        return head;
    if (head.info > kEightBytes || bytes.size() < size_t(1) << (head.info - kOneByte))
        return {};
    const size_t size = size_t(1) << (head.info - kOneByte);
    head.number = 0;
    for (const uint8_t byte : bytes.first(size))
        head.number = head.number << 8 | byte;
    bytes = bytes.subspan(size);
    return head;
}

/// Steps over one item, or into it.
/// @return how many items are in it; nothing if to_dense() would not write it.
std::optional<uint64_t> take_item(std::span<const uint8_t>& bytes)
{
    constexpr uint8_t kFalse = 20, kTrue = 21, kNull = 22, kHalf = 25, kDouble = 27;
    const auto head = take_head(bytes);
    if (!head)
        return {};
    switch (head->major) {
    case kUnsigned:
    case kNegative:
        return 0;
    case kBytes:
    case kText:
        if (head->number > bytes.size())
            return {};
        bytes = bytes.subspan(head->number);
        return 0;
    case kArray:
    case kMap: { // every item takes a byte
        const uint64_t each = head->major == kMap ? 2 : 1;
        return head->number <= bytes.size() / each ? std::optional(each * head->number)
                                                   : std::nullopt;
    }
    case kTag:
        return head->number == kEven || head->number == kOdd ? std::optional(1) : std::nullopt;
    default: // kSimple
        return head->info == kFalse || head->info == kTrue || head->info == kNull ||
                       (head->info >= kHalf && head->info <= kDouble)
                   ? std::optional(0)
                   : std::nullopt;
    }
}

/// Whether the library may read the bytes: it throws where a length overflows, and recurses
/// into items, tags and pieces of texts however deep they are.
bool is_bounded(std::span<const uint8_t> bytes)
{
    std::vector<uint64_t> missing{1}; // items, of each level
    size_t values = 0;
    while (!missing.empty()) {
        if (missing.back() == 0) {
            missing.pop_back();
            continue;
        }
        --missing.back();
        const auto inside = take_item(bytes);
        if (!inside || ++values > kMaxDenseValues)
            return false;
        if (*inside > 0)
            missing.push_back(*inside);
        if (missing.size() > kMaxDenseDepth + 1)
            return false;
    }
    return bytes.empty();
}

void densify(Json& json)
{
    if (json.is_structured()) {
        for (auto& child : json)
            densify(child);
        return;
    }
    if (!json.is_string())
        return;
    const auto& text = json.get_ref<const std::string&>();
    if (text.size() < 4 || !text.starts_with("0x") || text.find_first_of("ABCDEF") != text.npos)
        return;
    const bool odd = text.size() % 2;
    auto bytes = from_hex(odd ? "0x0" + text.substr(2) : text);
    if (bytes)
        json = Json::binary(std::move(*bytes), odd ? kOdd : kEven);
}

bool undensify(Json& json)
{
    if (json.is_structured()) {
        for (auto& child : json)
            if (!undensify(child))
                return false;
        return true;
    }
    if (!json.is_binary())
        return true;
    const auto& binary = json.get_binary();
    if (!binary.has_subtype() || binary.empty() ||
        (binary.subtype() != kEven && binary.subtype() != kOdd))
        return false;
    std::string text = to_hex(binary);
    if (binary.subtype() == kOdd) {
        if (text[2] != '0')
            return false;
        text.erase(2, 1);
    }
    json = std::move(text);
    return true;
}

} // namespace

Bytes to_dense(const Json& json)
{
    Json copy = json;
    densify(copy);
    return Json::to_cbor(copy);
}

std::optional<Json> from_dense(std::span<const uint8_t> bytes)
{
    if (!is_bounded(bytes))
        return {};
    Json json = Json::from_cbor(bytes.begin(), bytes.end(), true, false,
                                Json::cbor_tag_handler_t::store);
    if (json.is_discarded() || !undensify(json))
        return {};
    return json;
}

} // namespace depinsat::bridge
