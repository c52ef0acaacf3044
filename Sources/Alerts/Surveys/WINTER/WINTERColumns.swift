/// The columns that WINTER's and WIRC's packets bring to the table of alerts, as the packets at hand have them.
enum WINTERColumns {
    static let others: [AlertColumn] =
        AlertColumn.columns(
            of: "", .text,
            """
            schemavsn publisher programpi rbversion ssnamenr tmobjectid1 tmobjectid2 tmobjectid3 progname
            """)
        + AlertColumn.columns(
            of: "", .real,
            """
            diffmaglim xpos ypos chipsf magap sigmagap distnr magnr sigmagnr chinr sharpnr sky magdiff fwhm \
            classtar mindtoedge magfromlim seeratio aimage bimage aimagerat bimagerat elong rb ssdistnr ssmagnr \
            sumrat magapbig sigmagapbig psra1 psdec1 jdstarthist jdendhist scorr psobjectid1 sgmag1 srmag1 \
            simag1 szmag1 tmjmag1 tmhmag1 tmkmag1 sgscore1 distpsnr1 psobjectid2 sgmag2 srmag2 simag2 szmag2 \
            sgscore2 distpsnr2 tmjmag2 tmhmag2 tmkmag2 psobjectid3 sgmag3 srmag3 simag3 szmag3 sgscore3 \
            distpsnr3 tmjmag3 tmhmag3 tmkmag3 dsnrms ssnrms dsdiff magzpsci magzpsciunc magzpscirms clrcoeff \
            clrcounc zpclrcov zpmed clrmed clrrms neargaia neargaiabright maggaia maggaiabright exptime
            """)
        + AlertColumn.columns(
            of: "", .integer,
            """
            programid field nneg nbad tooflag nmtchps nmtchtm deprecated ndethist
            """)
}
