/// The columns that ELAsTiCC's packets bring to the table of alerts, by schema 0.9.
enum ELAsTiCCColumns {
    static let others: [AlertColumn] =
        AlertColumn.columns(
            of: "", .integer,
            """
            alertId ccdVisitId parentDiaSourceId
            """)
        + AlertColumn.columns(
            of: "", .real,
            """
            snr nobs
            """)
        + AlertColumn.columns(
            of: "diaObject", .integer,
            """
            diaObjectId
            """)
        + AlertColumn.columns(
            of: "diaObject", .real,
            """
            ra decl mwebv mwebv_err z_final z_final_err hostgal_ellipticity hostgal_sqradius hostgal_z \
            hostgal_z_err hostgal_zphot_q10 hostgal_zphot_q20 hostgal_zphot_q30 hostgal_zphot_q40 \
            hostgal_zphot_q50 hostgal_zphot_q60 hostgal_zphot_q70 hostgal_zphot_q80 hostgal_zphot_q90 \
            hostgal_zphot_q99 hostgal_mag_u hostgal_mag_g hostgal_mag_r hostgal_mag_i hostgal_mag_z \
            hostgal_mag_Y hostgal_ra hostgal_dec hostgal_snsep hostgal_magerr_u hostgal_magerr_g \
            hostgal_magerr_r hostgal_magerr_i hostgal_magerr_z hostgal_magerr_Y hostgal2_ellipticity \
            hostgal2_sqradius hostgal2_z hostgal2_z_err hostgal2_zphot_q10 hostgal2_zphot_q20 hostgal2_zphot_q30 \
            hostgal2_zphot_q40 hostgal2_zphot_q50 hostgal2_zphot_q60 hostgal2_zphot_q70 hostgal2_zphot_q80 \
            hostgal2_zphot_q90 hostgal2_zphot_q99 hostgal2_mag_u hostgal2_mag_g hostgal2_mag_r hostgal2_mag_i \
            hostgal2_mag_z hostgal2_mag_Y hostgal2_ra hostgal2_dec hostgal2_snsep hostgal2_magerr_u \
            hostgal2_magerr_g hostgal2_magerr_r hostgal2_magerr_i hostgal2_magerr_z hostgal2_magerr_Y
            """)
}
