# Targets for developers: format, format-check, tidy, cppcheck. Each says so when its tool is absent.
