#pragma once
#include <krb5/krb5.h>
