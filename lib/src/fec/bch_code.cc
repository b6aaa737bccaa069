#include "depinsat/fec/bch_code.h"

#include "fec/find_code.h"

namespace depinsat::fec {

const BchCode& find_bch_code(std::string_view name)
{
    return find_code(bch_codes(), name, "BCH code");
}

} // namespace depinsat::fec
