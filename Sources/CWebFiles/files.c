// Written by scripts/web-files: the files of web/ and docs/ that are built into the command.

#include "web_files.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file_0[] = {
#embed "../../web/alertviews.js"
};
static const unsigned char file_1[] = {
#embed "../../web/api.js"
};
static const unsigned char file_2[] = {
#embed "../../web/bars.js"
};
static const unsigned char file_3[] = {
#embed "../../web/candidaterow.js"
};
static const unsigned char file_4[] = {
#embed "../../web/chart.js"
};
static const unsigned char file_5[] = {
#embed "../../web/cutouts.js"
};
static const unsigned char file_6[] = {
#embed "../../web/cuts.js"
};
static const unsigned char file_7[] = {
#embed "../../web/dom.js"
};
static const unsigned char file_8[] = {
#embed "../../web/filtertry.js"
};
static const unsigned char file_9[] = {
#embed "../../web/format.js"
};
static const unsigned char file_10[] = {
#embed "../../web/frame.js"
};
static const unsigned char file_11[] = {
#embed "../../web/hidden.js"
};
static const unsigned char file_12[] = {
#embed "../../web/icon.svg"
};
static const unsigned char file_13[] = {
#embed "../../web/index.html"
};
static const unsigned char file_14[] = {
#embed "../../web/lightcurve.js"
};
static const unsigned char file_15[] = {
#embed "../../web/links.js"
};
static const unsigned char file_16[] = {
#embed "../../web/lists.css"
};
static const unsigned char file_17[] = {
#embed "../../web/main.js"
};
static const unsigned char file_18[] = {
#embed "../../web/nightstate.js"
};
static const unsigned char file_19[] = {
#embed "../../web/object.css"
};
static const unsigned char file_20[] = {
#embed "../../web/objectpanels.js"
};
static const unsigned char file_21[] = {
#embed "../../web/pages/alert.js"
};
static const unsigned char file_22[] = {
#embed "../../web/pages/candidates.js"
};
static const unsigned char file_23[] = {
#embed "../../web/pages/deadletters.js"
};
static const unsigned char file_24[] = {
#embed "../../web/pages/filters.js"
};
static const unsigned char file_25[] = {
#embed "../../web/pages/night.js"
};
static const unsigned char file_26[] = {
#embed "../../web/pages/nights.js"
};
static const unsigned char file_27[] = {
#embed "../../web/pages/object.js"
};
static const unsigned char file_28[] = {
#embed "../../web/pages/search.js"
};
static const unsigned char file_29[] = {
#embed "../../web/pages/tonight.js"
};
static const unsigned char file_30[] = {
#embed "../../web/photometry.js"
};
static const unsigned char file_31[] = {
#embed "../../web/plot.js"
};
static const unsigned char file_32[] = {
#embed "../../web/receipt.js"
};
static const unsigned char file_33[] = {
#embed "../../web/rows.js"
};
static const unsigned char file_34[] = {
#embed "../../web/snippets.js"
};
static const unsigned char file_35[] = {
#embed "../../web/sparkcurve.js"
};
static const unsigned char file_36[] = {
#embed "../../web/sparkline.js"
};
static const unsigned char file_37[] = {
#embed "../../web/sqleditor.js"
};
static const unsigned char file_38[] = {
#embed "../../web/sqlquery.js"
};
static const unsigned char file_39[] = {
#embed "../../web/style.css"
};
static const unsigned char file_40[] = {
#embed "../../web/symbols.js"
};
static const unsigned char file_41[] = {
#embed "../../web/table.js"
};
static const unsigned char file_42[] = {
#embed "../../web/theme.js"
};
static const unsigned char file_43[] = {
#embed "../../web/ticks.js"
};
static const unsigned char file_44[] = {
#embed "../../web/tonight.css"
};
static const unsigned char file_45[] = {
#embed "../../web/visibility.js"
};
static const unsigned char file_46[] = {
#embed "../../docs/architecture.md"
};
static const unsigned char file_47[] = {
#embed "../../docs/avro.md"
};
static const unsigned char file_48[] = {
#embed "../../docs/benchmarks.md"
};
static const unsigned char file_49[] = {
#embed "../../docs/bigquery.md"
};
static const unsigned char file_50[] = {
#embed "../../docs/catalogues.md"
};
static const unsigned char file_51[] = {
#embed "../../docs/classifier-reliability.svg"
};
static const unsigned char file_52[] = {
#embed "../../docs/classifiers.md"
};
static const unsigned char file_53[] = {
#embed "../../docs/commands.md"
};
static const unsigned char file_54[] = {
#embed "../../docs/configuration.md"
};
static const unsigned char file_55[] = {
#embed "../../docs/environment.md"
};
static const unsigned char file_56[] = {
#embed "../../docs/exit-statuses.md"
};
static const unsigned char file_57[] = {
#embed "../../docs/filter.md"
};
static const unsigned char file_58[] = {
#embed "../../docs/glossary.md"
};
static const unsigned char file_59[] = {
#embed "../../docs/google-cloud.md"
};
static const unsigned char file_60[] = {
#embed "../../docs/how-to/back-up.md"
};
static const unsigned char file_61[] = {
#embed "../../docs/how-to/look-at-a-stream.md"
};
static const unsigned char file_62[] = {
#embed "../../docs/how-to/prune.md"
};
static const unsigned char file_63[] = {
#embed "../../docs/how-to/redshifts-and-catalogues.md"
};
static const unsigned char file_64[] = {
#embed "../../docs/how-to/run-every-night.md"
};
static const unsigned char file_65[] = {
#embed "../../docs/how-to/subscribe-from-python.md"
};
static const unsigned char file_66[] = {
#embed "../../docs/how-to/systemd.md"
};
static const unsigned char file_67[] = {
#embed "../../docs/how-to/topcat.md"
};
static const unsigned char file_68[] = {
#embed "../../docs/how-to/upgrade.md"
};
static const unsigned char file_69[] = {
#embed "../../docs/how-to/when.md"
};
static const unsigned char file_70[] = {
#embed "../../docs/how-to/write-a-filter.md"
};
static const unsigned char file_71[] = {
#embed "../../docs/index.md"
};
static const unsigned char file_72[] = {
#embed "../../docs/kafka.md"
};
static const unsigned char file_73[] = {
#embed "../../docs/light-curve.png"
};
static const unsigned char file_74[] = {
#embed "../../docs/nights.md"
};
static const unsigned char file_75[] = {
#embed "../../docs/operations.md"
};
static const unsigned char file_76[] = {
#embed "../../docs/pubsub.md"
};
static const unsigned char file_77[] = {
#embed "../../docs/receipt.md"
};
static const unsigned char file_78[] = {
#embed "../../docs/salt2-pulls.svg"
};
static const unsigned char file_79[] = {
#embed "../../docs/salt2.md"
};
static const unsigned char file_80[] = {
#embed "../../docs/seams.svg"
};
static const unsigned char file_81[] = {
#embed "../../docs/simulator.md"
};
static const unsigned char file_82[] = {
#embed "../../docs/sizing.md"
};
static const unsigned char file_83[] = {
#embed "../../docs/streams.md"
};
static const unsigned char file_84[] = {
#embed "../../docs/tables.md"
};
static const unsigned char file_85[] = {
#embed "../../docs/testing.md"
};
static const unsigned char file_86[] = {
#embed "../../docs/tutorial.md"
};
static const unsigned char file_87[] = {
#embed "../../docs/vo.md"
};
static const unsigned char file_88[] = {
#embed "../../docs/web.md"
};

const struct web_file web_files[] = {
    {"web/alertviews.js", file_0, sizeof file_0},
    {"web/api.js", file_1, sizeof file_1},
    {"web/bars.js", file_2, sizeof file_2},
    {"web/candidaterow.js", file_3, sizeof file_3},
    {"web/chart.js", file_4, sizeof file_4},
    {"web/cutouts.js", file_5, sizeof file_5},
    {"web/cuts.js", file_6, sizeof file_6},
    {"web/dom.js", file_7, sizeof file_7},
    {"web/filtertry.js", file_8, sizeof file_8},
    {"web/format.js", file_9, sizeof file_9},
    {"web/frame.js", file_10, sizeof file_10},
    {"web/hidden.js", file_11, sizeof file_11},
    {"web/icon.svg", file_12, sizeof file_12},
    {"web/index.html", file_13, sizeof file_13},
    {"web/lightcurve.js", file_14, sizeof file_14},
    {"web/links.js", file_15, sizeof file_15},
    {"web/lists.css", file_16, sizeof file_16},
    {"web/main.js", file_17, sizeof file_17},
    {"web/nightstate.js", file_18, sizeof file_18},
    {"web/object.css", file_19, sizeof file_19},
    {"web/objectpanels.js", file_20, sizeof file_20},
    {"web/pages/alert.js", file_21, sizeof file_21},
    {"web/pages/candidates.js", file_22, sizeof file_22},
    {"web/pages/deadletters.js", file_23, sizeof file_23},
    {"web/pages/filters.js", file_24, sizeof file_24},
    {"web/pages/night.js", file_25, sizeof file_25},
    {"web/pages/nights.js", file_26, sizeof file_26},
    {"web/pages/object.js", file_27, sizeof file_27},
    {"web/pages/search.js", file_28, sizeof file_28},
    {"web/pages/tonight.js", file_29, sizeof file_29},
    {"web/photometry.js", file_30, sizeof file_30},
    {"web/plot.js", file_31, sizeof file_31},
    {"web/receipt.js", file_32, sizeof file_32},
    {"web/rows.js", file_33, sizeof file_33},
    {"web/snippets.js", file_34, sizeof file_34},
    {"web/sparkcurve.js", file_35, sizeof file_35},
    {"web/sparkline.js", file_36, sizeof file_36},
    {"web/sqleditor.js", file_37, sizeof file_37},
    {"web/sqlquery.js", file_38, sizeof file_38},
    {"web/style.css", file_39, sizeof file_39},
    {"web/symbols.js", file_40, sizeof file_40},
    {"web/table.js", file_41, sizeof file_41},
    {"web/theme.js", file_42, sizeof file_42},
    {"web/ticks.js", file_43, sizeof file_43},
    {"web/tonight.css", file_44, sizeof file_44},
    {"web/visibility.js", file_45, sizeof file_45},
    {"docs/architecture.md", file_46, sizeof file_46},
    {"docs/avro.md", file_47, sizeof file_47},
    {"docs/benchmarks.md", file_48, sizeof file_48},
    {"docs/bigquery.md", file_49, sizeof file_49},
    {"docs/catalogues.md", file_50, sizeof file_50},
    {"docs/classifier-reliability.svg", file_51, sizeof file_51},
    {"docs/classifiers.md", file_52, sizeof file_52},
    {"docs/commands.md", file_53, sizeof file_53},
    {"docs/configuration.md", file_54, sizeof file_54},
    {"docs/environment.md", file_55, sizeof file_55},
    {"docs/exit-statuses.md", file_56, sizeof file_56},
    {"docs/filter.md", file_57, sizeof file_57},
    {"docs/glossary.md", file_58, sizeof file_58},
    {"docs/google-cloud.md", file_59, sizeof file_59},
    {"docs/how-to/back-up.md", file_60, sizeof file_60},
    {"docs/how-to/look-at-a-stream.md", file_61, sizeof file_61},
    {"docs/how-to/prune.md", file_62, sizeof file_62},
    {"docs/how-to/redshifts-and-catalogues.md", file_63, sizeof file_63},
    {"docs/how-to/run-every-night.md", file_64, sizeof file_64},
    {"docs/how-to/subscribe-from-python.md", file_65, sizeof file_65},
    {"docs/how-to/systemd.md", file_66, sizeof file_66},
    {"docs/how-to/topcat.md", file_67, sizeof file_67},
    {"docs/how-to/upgrade.md", file_68, sizeof file_68},
    {"docs/how-to/when.md", file_69, sizeof file_69},
    {"docs/how-to/write-a-filter.md", file_70, sizeof file_70},
    {"docs/index.md", file_71, sizeof file_71},
    {"docs/kafka.md", file_72, sizeof file_72},
    {"docs/light-curve.png", file_73, sizeof file_73},
    {"docs/nights.md", file_74, sizeof file_74},
    {"docs/operations.md", file_75, sizeof file_75},
    {"docs/pubsub.md", file_76, sizeof file_76},
    {"docs/receipt.md", file_77, sizeof file_77},
    {"docs/salt2-pulls.svg", file_78, sizeof file_78},
    {"docs/salt2.md", file_79, sizeof file_79},
    {"docs/seams.svg", file_80, sizeof file_80},
    {"docs/simulator.md", file_81, sizeof file_81},
    {"docs/sizing.md", file_82, sizeof file_82},
    {"docs/streams.md", file_83, sizeof file_83},
    {"docs/tables.md", file_84, sizeof file_84},
    {"docs/testing.md", file_85, sizeof file_85},
    {"docs/tutorial.md", file_86, sizeof file_86},
    {"docs/vo.md", file_87, sizeof file_87},
    {"docs/web.md", file_88, sizeof file_88},
};
const unsigned long web_files_count = sizeof web_files / sizeof *web_files;
