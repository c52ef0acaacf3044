// Written by scripts/web-files: the files of web/ and docs/ that are built into the command.

#include "web_files.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file_0[] = {
#embed "../../web/api.js"
};
static const unsigned char file_1[] = {
#embed "../../web/dom.js"
};
static const unsigned char file_2[] = {
#embed "../../web/format.js"
};
static const unsigned char file_3[] = {
#embed "../../web/frame.js"
};
static const unsigned char file_4[] = {
#embed "../../web/icon.svg"
};
static const unsigned char file_5[] = {
#embed "../../web/index.html"
};
static const unsigned char file_6[] = {
#embed "../../web/main.js"
};
static const unsigned char file_7[] = {
#embed "../../web/style.css"
};
static const unsigned char file_8[] = {
#embed "../../web/theme.js"
};
static const unsigned char file_9[] = {
#embed "../../docs/architecture.md"
};
static const unsigned char file_10[] = {
#embed "../../docs/avro.md"
};
static const unsigned char file_11[] = {
#embed "../../docs/benchmarks.md"
};
static const unsigned char file_12[] = {
#embed "../../docs/bigquery.md"
};
static const unsigned char file_13[] = {
#embed "../../docs/catalogues.md"
};
static const unsigned char file_14[] = {
#embed "../../docs/classifier-reliability.svg"
};
static const unsigned char file_15[] = {
#embed "../../docs/classifiers.md"
};
static const unsigned char file_16[] = {
#embed "../../docs/commands.md"
};
static const unsigned char file_17[] = {
#embed "../../docs/configuration.md"
};
static const unsigned char file_18[] = {
#embed "../../docs/filter.md"
};
static const unsigned char file_19[] = {
#embed "../../docs/glossary.md"
};
static const unsigned char file_20[] = {
#embed "../../docs/google-cloud.md"
};
static const unsigned char file_21[] = {
#embed "../../docs/kafka.md"
};
static const unsigned char file_22[] = {
#embed "../../docs/light-curve.png"
};
static const unsigned char file_23[] = {
#embed "../../docs/nights.md"
};
static const unsigned char file_24[] = {
#embed "../../docs/operations.md"
};
static const unsigned char file_25[] = {
#embed "../../docs/pubsub.md"
};
static const unsigned char file_26[] = {
#embed "../../docs/receipt.md"
};
static const unsigned char file_27[] = {
#embed "../../docs/salt2-pulls.svg"
};
static const unsigned char file_28[] = {
#embed "../../docs/salt2.md"
};
static const unsigned char file_29[] = {
#embed "../../docs/seams.svg"
};
static const unsigned char file_30[] = {
#embed "../../docs/simulator.md"
};
static const unsigned char file_31[] = {
#embed "../../docs/sizing.md"
};
static const unsigned char file_32[] = {
#embed "../../docs/tables.md"
};
static const unsigned char file_33[] = {
#embed "../../docs/testing.md"
};
static const unsigned char file_34[] = {
#embed "../../docs/web.md"
};

const struct web_file web_files[] = {
    {"web/api.js", file_0, sizeof file_0},
    {"web/dom.js", file_1, sizeof file_1},
    {"web/format.js", file_2, sizeof file_2},
    {"web/frame.js", file_3, sizeof file_3},
    {"web/icon.svg", file_4, sizeof file_4},
    {"web/index.html", file_5, sizeof file_5},
    {"web/main.js", file_6, sizeof file_6},
    {"web/style.css", file_7, sizeof file_7},
    {"web/theme.js", file_8, sizeof file_8},
    {"docs/architecture.md", file_9, sizeof file_9},
    {"docs/avro.md", file_10, sizeof file_10},
    {"docs/benchmarks.md", file_11, sizeof file_11},
    {"docs/bigquery.md", file_12, sizeof file_12},
    {"docs/catalogues.md", file_13, sizeof file_13},
    {"docs/classifier-reliability.svg", file_14, sizeof file_14},
    {"docs/classifiers.md", file_15, sizeof file_15},
    {"docs/commands.md", file_16, sizeof file_16},
    {"docs/configuration.md", file_17, sizeof file_17},
    {"docs/filter.md", file_18, sizeof file_18},
    {"docs/glossary.md", file_19, sizeof file_19},
    {"docs/google-cloud.md", file_20, sizeof file_20},
    {"docs/kafka.md", file_21, sizeof file_21},
    {"docs/light-curve.png", file_22, sizeof file_22},
    {"docs/nights.md", file_23, sizeof file_23},
    {"docs/operations.md", file_24, sizeof file_24},
    {"docs/pubsub.md", file_25, sizeof file_25},
    {"docs/receipt.md", file_26, sizeof file_26},
    {"docs/salt2-pulls.svg", file_27, sizeof file_27},
    {"docs/salt2.md", file_28, sizeof file_28},
    {"docs/seams.svg", file_29, sizeof file_29},
    {"docs/simulator.md", file_30, sizeof file_30},
    {"docs/sizing.md", file_31, sizeof file_31},
    {"docs/tables.md", file_32, sizeof file_32},
    {"docs/testing.md", file_33, sizeof file_33},
    {"docs/web.md", file_34, sizeof file_34},
};
const unsigned long web_files_count = sizeof web_files / sizeof *web_files;
