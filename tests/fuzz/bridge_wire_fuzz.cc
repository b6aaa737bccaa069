// What the other station says of calls, of public content and of dictionaries, and what it
// packed.
#include "bridge/dictionaries/packing.h"
#include "bridge/dictionaries/wire.h"
#include "bridge/http_cache/freshness.h"
#include "bridge/http_cache/wire.h"
#include "bridge/json_rpc/wire.h"

#include <cstdlib>

using namespace depinsat::bridge;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

const DictionaryShelf& shelf()
{
    static const DictionaryShelf kShelf = [] {
        DictionaryShelf made;
        Dictionary dictionary{"a", 1, Bytes(100, 'x'), {}};
        made.add(std::move(dictionary));
        return made;
    }();
    return kShelf;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::span<const uint8_t> bytes(data, size);
    const Bytes whole(bytes.begin(), bytes.end());
    if (const auto body = json_rpc::decode(bytes))
        std::visit([&](const auto& one) { require(json_rpc::encode(one) == whole); }, *body);
    if (const auto question = http_cache::decode_question(bytes))
        require(http_cache::encode(*question) == whole);
    if (const auto answer = http_cache::decode_answer_body(bytes))
        require(http_cache::decode_answer_body(http_cache::encode(*answer)).has_value());
    if (const auto offers = decode_offer(bytes))
        require(encode_offer(*offers) == whole);
    if (const auto plain = unpack(bytes, shelf()))
        require(plain->size() <= kMaxUnpackedBytes);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    http_cache::directive(text, "max-age");
    http_cache::holds_tag(text, "\"a\"");
    return 0;
}
