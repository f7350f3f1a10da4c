# What `cmake --install` and `cpack` deliver: the programs, the licence and the two papers.

if(TARGET platen)
    install(TARGETS platen RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET platen-sim)
    install(TARGETS platen-sim RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
# BoringSSL is inside the program, so its licence travels along.
install(FILES "${boringssl_license}" DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright.boringssl
    OPTIONAL)
install(DIRECTORY proto/profiles DESTINATION ${CMAKE_INSTALL_DATADIR}/platen
    FILES_MATCHING PATTERN "*.yaml" PATTERN README)
install(FILES core/app/platen.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
# The service; it is enabled by whoever wants it. Its programs are found by name, so the prefix is
# free.
install(FILES core/app/platen-agent.service DESTINATION lib/systemd/system)
install(FILES core/app/platen-agent.sysusers DESTINATION lib/sysusers.d RENAME platen.conf)
install(FILES core/app/platen.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME platen)
set(CPACK_PACKAGE_VENDOR Platen)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The Platen developers")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_LIST_DIR}/deb/postinst"
    "${CMAKE_CURRENT_LIST_DIR}/deb/prerm" "${CMAKE_CURRENT_LIST_DIR}/deb/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
