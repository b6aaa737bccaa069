// Messages of the beacon bridge, and bodies of its clients and nodes. The first byte of the
// input chooses which; a body that was read is written and read again.
#include "bridge/beacon/gateways.h"
#include "bridge/beacon/ssz.h"

#include <cstdlib>

using namespace depinsat::bridge::beacon;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void check_body(const Body& body)
{
    Known near, far;
    Writer out;
    write_body(body, near, Keep::kYes, true, out);
    const Bytes bytes = out.take();
    Reader in(bytes);
    Body back;
    require(read_body(in, far, Keep::kYes, back) == Unpacked::kDone);
    require(back.content == body.content);
    const auto before = parse_json(body.bytes), after = parse_json(back.bytes);
    require(back.bytes == body.bytes || (before && after && same(*before, *after)));
}

template <class Wire>
void check_wire(std::span<const uint8_t> bytes)
{
    Known known;
    Wire wire;
    decode(bytes, known, wire);
}

template <class Wire>
void check_plain(std::span<const uint8_t> bytes)
{
    Wire wire;
    decode(bytes, wire);
}

void check_ssz(std::span<const uint8_t> bytes)
{
    for (const auto list : {SszList::kSingleAttestation, SszList::kSyncCommitteeMessage})
        if (const auto json = json_of_ssz(list, bytes))
            require(ssz_of_json(list, *json) == Bytes(bytes.begin(), bytes.end()));
    for (const auto kind : {SszBlock::kBlock, SszBlock::kContents})
        if (const auto signature = signature_of(kind, bytes))
            signed_ssz(kind, bytes, *signature);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    constexpr size_t kLongest = 100'000;
    if (size < 1 || size > kLongest)
        return 0;
    const std::span<const uint8_t> bytes(data + 1, size - 1);
    const std::string text(bytes.begin(), bytes.end());
    switch (data[0] % 10) {
    case 0:
        check_body({Content::kJson, text});
        break;
    case 1:
        check_wire<WireRequest>(bytes);
        break;
    case 2:
        check_wire<WireAnswer>(bytes);
        break;
    case 3:
        check_wire<WireSubmission>(bytes);
        break;
    case 4:
        check_plain<WireVerdict>(bytes);
        break;
    case 5:
        check_plain<WireState>(bytes);
        break;
    case 6:
        check_plain<WireEvent>(bytes);
        break;
    case 7:
        NewsDecoder().decode(bytes, Chain());
        break;
    case 8:
        check_ssz(bytes);
        break;
    default:
        route_of(text.size() % 2, text);
        topics_of(text);
        query_value(text, "slot");
    }
    return 0;
}
